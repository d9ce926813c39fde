import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { History, HistorySubject, Point, PointTags } from '../source/model/telemetry.ts';
import type { StoreUnderTest } from './telemetry-contract-failing.ts';
import { cpu, errors, memory, MINUTE, minute, tagsOf, traffic } from './telemetry-contract-points.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const now = Date.now();
const empty = { mean: null, min: null, max: null, sum: null };

interface Reading {
  readonly time: number;
  readonly percent: number;
}

export function describeHistory(underTest: () => StoreUnderTest): void {
  const read = (
    tags: PointTags,
    subject: HistorySubject,
    window: { readonly start: number; readonly end: number },
    steps: number,
  ): Promise<History> => underTest().store.history(tags.organization, tags.router_id, subject, window, steps);

  /** Stores readings as they come, and old ones as what the store has made of them since. */
  const store = async (tags: PointTags, name: 'cpu' | 'memory', readings: readonly Reading[]): Promise<void> => {
    const pointOf = name === 'cpu' ? cpu : memory;
    const points = readings.map(({ time, percent }): Point => pointOf(tags, time, percent));
    await underTest().storePast(points.filter(({ time }) => time < now - 2 * HOUR));
    await underTest().store.write(points.filter(({ time }) => time >= now - 2 * HOUR));
    await underTest().store.flush();
  };

  describe('history', () => {
    test('of two hours is made of single readings: means and extremes by step, null in a gap', async () => {
      const tags = tagsOf('r1');
      const start = minute(-120);
      await store(tags, 'cpu', [
        { time: start + MINUTE, percent: 10 },
        { time: start + 2 * MINUTE, percent: 40 },
        { time: start + HOUR - 1, percent: 10 },
        { time: minute(0) - 1, percent: 0 },
        { time: minute(0), percent: 99 },
      ]);
      const { steps, end, unreadable } = await read(tags, 'cpu', { start, end: minute(0) }, 4);
      expect(steps).toEqual([
        { start, mean: 25, min: 10, max: 40, sum: 50 },
        { start: start + 30 * MINUTE, mean: 10, min: 10, max: 10, sum: 10 },
        { start: start + HOUR, ...empty },
        { start: start + 90 * MINUTE, mean: 0, min: 0, max: 0, sum: 0 },
      ]);
      expect(end).toBe(minute(0));
      expect(unreadable).toEqual([]);
    });

    test.each([
      ['cpu', 12 * HOUR],
      ['memory', DAY],
    ] as const)('of 30 days of %s is the sums of the past and the readings of today', async (name, width) => {
      const tags = tagsOf(`r-${name}`);
      const readings = [29.6, 20, 20.01, 19.99, 19.5, 8, 6.5, 6.4, 1.01, 1, 0.3, 0.06, 0.01, 0].map((days, index) => ({
        // Hours of the past are whole: their ends are in, too.
        time:
          days < 0.1
            ? minute(-days * 1440 - 1)
            : Math.floor((now - days * DAY) / HOUR) * HOUR + (index % 2) * (HOUR - 1),
        percent: (index * 17) % 100,
      }));
      await store(tags, name, readings);
      const found = await read(tags, name, { start: minute(-30 * 1440), end: minute(0) }, 60);
      const first = Math.floor(minute(-30 * 1440) / width) * width;
      expect(found.steps).toEqual(plainly(readings, found, (step) => first + step * width));
      expect(found.steps.filter(({ mean }) => mean !== null).length).toBeGreaterThan(5);
      expect(found.end).toBeGreaterThanOrEqual(minute(0));
      expect(found.keptFrom).toBeLessThanOrEqual(minute(-30 * 1440));
    });

    test.each(['cpu', 'memory'] as const)('of a year of %s is months, as far back as they are kept', async (name) => {
      const tags = tagsOf(`r-${name}`);
      const ages = [364, 363.5, 200, 199, 150, 100, 91, 89, 70, 40, 29, 20, 8, 6.5, 3, 0.3, 0.01];
      const readings = ages.map((days, index) => ({
        time: days < 0.1 ? minute(-1) : Math.floor((now - days * DAY) / HOUR) * HOUR,
        percent: (index * 17) % 100,
      }));
      await store(tags, name, readings);
      const found = await read(tags, name, { start: minute(-365 * 1440), end: minute(0) }, 60);
      const first = new Date(minute(-365 * 1440));
      const kept = readings.filter(({ time }) => time >= found.keptFrom);
      expect(found.steps).toEqual(
        plainly(kept, found, (step) => Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + step, 1)),
      );
      expect(found.steps.at(-1)?.mean).not.toBeNull();
      expect(found.steps.length).toBeGreaterThanOrEqual(12);
    });

    test('of errors is how many critical ones there were, of the past as well', async () => {
      const tags = tagsOf('r1');
      const day = Math.floor((now - 10 * DAY) / DAY) * DAY;
      await underTest().storePast([errors(tags, day + HOUR, 4), errors(tags, day + HOUR + 1, 3)]);
      await underTest().store.write([
        errors(tags, minute(-3), 2),
        errors(tags, minute(-2), 0),
        errors(tags, minute(-2), 50, 'warning'),
      ]);
      await underTest().store.flush();
      const long = await read(tags, 'errors', { start: minute(-30 * 1440), end: minute(0) }, 30);
      expect(long.steps.flatMap(({ sum }) => sum ?? [])).toEqual([7, 2]);
      const short = await read(tags, 'errors', { start: minute(-4), end: minute(0) }, 4);
      expect(short.steps.map(({ sum }) => sum)).toEqual([null, 2, 0, null]);
    });

    test('of an interface is its own traffic and errors, in and out, and no other one’s', async () => {
      const tags = tagsOf('r1');
      await underTest().store.write([
        traffic(tags, minute(-3), 'ge-0', { rate: 100, errorCount: 1 }),
        traffic(tags, minute(-3) + 1000, 'ge-0', { rate: 300, errorCount: 2 }),
        traffic(tags, minute(-3), 'ge-1', { rate: 9000 }),
        traffic({ ...tags, router_id: 'r2' }, minute(-3), 'ge-0', { rate: 9000 }),
        traffic(tags, minute(-1), 'a "b" ) |> drop()', { rate: 8 }),
      ]);
      await underTest().store.flush();
      const window = { start: minute(-4), end: minute(0) };
      const of = (interfaceName: string, figure: 'in' | 'out' | 'errors'): Promise<History> =>
        read(tags, { interfaceName, figure }, window, 4);
      expect((await of('ge-0', 'in')).steps.map(({ mean }) => mean)).toEqual([null, 200, null, null]);
      expect((await of('ge-0', 'out')).steps[1]).toMatchObject({ mean: 100, min: 50, max: 150 });
      expect((await of('ge-0', 'errors')).steps[1]).toMatchObject({ sum: 3 });
      expect((await of('a "b" ) |> drop()', 'in')).steps.map(({ mean }) => mean)).toEqual([null, null, null, 8]);
      expect((await of('ge-9', 'in')).steps.map(({ mean }) => mean)).toEqual([null, null, null, null]);
      const week = await read(
        tags,
        { interfaceName: 'ge-0', figure: 'in' },
        { ...window, start: minute(-7 * 1440) },
        84,
      );
      expect(week.steps.flatMap(({ mean }) => mean ?? [])).toEqual([200]);
    });

    test('counts a router that moved to another site once, each reading as much as any other', async () => {
      const before = tagsOf('r1');
      const day = Math.floor((now - 10 * DAY) / DAY) * DAY;
      await underTest().storePast([cpu(before, day, 10), cpu(before, day + 1, 10)]);
      await underTest().storePast([cpu({ ...before, site: 'fra-2' }, day + 5 * HOUR, 40)]);
      const found = await read(before, 'cpu', { start: minute(-15 * 1440), end: minute(0) }, 15);
      expect(found.steps.filter(({ mean }) => mean !== null)).toEqual([
        { start: day, mean: 20, min: 10, max: 40, sum: 60 },
      ]);
    });

    test('is nothing but gaps for a router that sent nothing, and for another organization', async () => {
      const tags = tagsOf('r1');
      await store(tags, 'cpu', [
        { time: now - 8 * DAY, percent: 5 },
        { time: minute(-1), percent: 5 },
      ]);
      const window = { start: minute(-30 * 1440), end: minute(0) };
      for (const others of [{ ...tags, router_id: 'r2' }, tagsOf('r1'), { ...tags, router_id: '") |> drop()' }]) {
        const { steps } = await read(others, 'cpu', window, 10);
        expect(steps.length).toBeGreaterThanOrEqual(10);
        expect(steps.every(({ mean, min, max }) => mean === null && min === null && max === null)).toBe(true);
      }
      expect((await read(tags, 'memory', window, 10)).steps.every(({ mean }) => mean === null)).toBe(true);
    });

    test.each([
      ['an empty window', { start: 5000, end: 5000 }, 10],
      ['no steps', { start: 5000, end: 6000 }, 0],
    ])('rejects %s', async (_, window, steps) => {
      await expect(read({ ...tagsOf('r1'), organization: randomUUID() }, 'cpu', window, steps)).rejects.toThrow(
        RangeError,
      );
    });
  });
}

/** The steps that single readings give, in the plainest way. */
function plainly(readings: readonly Reading[], { steps, end }: History, startOf: (step: number) => number): unknown {
  return steps.map((_, step) => {
    const start = startOf(step);
    const next = step + 1 < steps.length ? startOf(step + 1) : end;
    const inside = readings.filter(({ time }) => time >= start && time < next).map(({ percent }) => percent);
    if (inside.length === 0) return { start, ...empty };
    const sum = inside.reduce((total, percent) => total + percent, 0);
    const mean = expect.closeTo(sum / inside.length, 9);
    return { start, mean, min: Math.min(...inside), max: Math.max(...inside), sum };
  });
}
