import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { TelemetryStore } from '../source/telemetry/store.ts';
import { cpu, errors, memory, MINUTE, minute, tagsOf } from './telemetry-contract-points.ts';

export function describeSeries(store: () => TelemetryStore): void {
  describe('series', () => {
    test('has means by step, null in a gap, and steps that begin at the start of the window', async () => {
      const tags = tagsOf('r1');
      const start = minute(-30);
      await store().write([
        cpu(tags, start, 10),
        cpu(tags, start + MINUTE, 30),
        cpu(tags, start + 10 * MINUTE - 1, 50),
        cpu(tags, start + 20 * MINUTE, 5),
        cpu(tags, start - 1, 99),
        cpu(tags, start + 30 * MINUTE, 99),
      ]);
      await store().flush();
      const series = await store().series(tags.organization, ['r1'], 'cpu', { start, end: start + 30 * MINUTE }, 3);
      expect(series).toEqual(new Map([['r1', { start, stepMs: 10 * MINUTE, values: [30, null, 5] }]]));
    });

    test('counts the steps that were read at all, of those named and of everybody', async () => {
      const tags = tagsOf('r1');
      const start = minute(-120);
      const at = (minutes: number): number => start + minutes * MINUTE;
      const other = { ...tags, router_id: 'r2' };
      await store().write([
        ...[0, 1, 4, 5, 119].map((minutes) => cpu(tags, at(minutes), 10)),
        memory(tags, at(60), 50),
        ...[30, 31, 32, 33].map((minutes) => cpu(other, at(minutes), 10)),
        memory({ ...tags, router_id: 'r3' }, at(1), 50),
        cpu(tags, start - 1, 10),
        cpu(tags, at(120), 10),
        cpu({ ...tags, organization: randomUUID() }, at(90), 10),
      ]);
      await store().flush();
      const window = { start, end: at(120) };
      const all = new Map([
        ['r1', 3],
        ['r2', 1],
      ]);
      expect(await store().coverage(tags.organization, null, window, 24)).toEqual(all);
      expect(await store().coverage(tags.organization, ['r1', 'r3', 'r9'], window, 24)).toEqual(new Map([['r1', 3]]));
      expect(await store().coverage(tags.organization, [], window, 24)).toEqual(new Map());
    });

    test('aligns odd steps to an odd start', async () => {
      const tags = tagsOf('r1');
      const start = minute(-20) + 12_345;
      const at = (step: number): number => start + step * 7777;
      await store().write([cpu(tags, at(0), 1), cpu(tags, at(1) - 1, 3), cpu(tags, at(1), 4), cpu(tags, at(3) - 1, 9)]);
      await store().flush();
      const series = await store().series(tags.organization, ['r1'], 'cpu', { start, end: at(3) }, 3);
      expect(series.get('r1')).toEqual({ start, stepMs: 7777, values: [2, 4, 9] });
    });

    test('has at most as many steps as asked for, and lets none of the window out', async () => {
      const tags = tagsOf('r1');
      const window = { start: minute(-20), end: minute(-20) + 100_003 };
      await store().write([cpu(tags, window.end - 1, 7)]);
      await store().flush();
      const series = await store().series(tags.organization, ['r1'], 'cpu', window, 30);
      expect(series.get('r1')?.stepMs).toBe(3334);
      expect(series.get('r1')?.values).toHaveLength(30);
      expect(series.get('r1')?.values.at(-1)).toBe(7);
    });

    test('sums critical errors, and tells none from nothing sent', async () => {
      const tags = tagsOf('r1');
      const start = minute(-30);
      await store().write([
        errors(tags, start, 2),
        errors(tags, start + MINUTE, 3),
        errors(tags, start + MINUTE, 50, 'warning'),
        errors(tags, start + 10 * MINUTE, 0),
        cpu(tags, start + 20 * MINUTE, 5),
        errors(tags, start + 20 * MINUTE, 9, 'warning'),
      ]);
      await store().flush();
      const series = await store().series(tags.organization, ['r1'], 'errors', { start, end: minute(0) }, 3);
      expect(series.get('r1')?.values).toEqual([5, 0, null]);
    });

    test('answers for many routers at once, each with its own, the silent ones absent', async () => {
      const tags = tagsOf('r');
      const ids = Array.from({ length: 50 }, (_, index) => `r${index}`);
      await store().write(ids.map((id, index) => memory({ ...tags, router_id: id }, minute(-5), index)));
      await store().flush();
      const window = { start: minute(-30), end: minute(0) };
      const series = await store().series(tags.organization, [...ids, 'silent'], 'memory', window, 30);
      expect(series.size).toBe(50);
      expect(series.get('r17')?.values.filter((value) => value !== null)).toEqual([17]);
      expect(await store().series(tags.organization, ids, 'cpu', window, 30)).toEqual(new Map());
      expect(await store().series(tags.organization, [], 'memory', window, 30)).toEqual(new Map());
    });

    test('keeps organizations apart', async () => {
      const [one, other] = [tagsOf('core-1'), tagsOf('core-1')];
      await store().write([cpu(one, minute(-2), 10), cpu(other, minute(-2), 90)]);
      await store().flush();
      const series = await store().series(
        one.organization,
        ['core-1'],
        'cpu',
        { start: minute(-2), end: minute(-1) },
        1,
      );
      expect(series.get('core-1')?.values).toEqual([10]);
    });

    test.each([
      ['an empty window', { start: 5000, end: 5000 }, 10],
      ['no steps', { start: 5000, end: 6000 }, 0],
    ])('rejects %s', async (_, window, steps) => {
      await expect(store().series(randomUUID(), ['r1'], 'cpu', window, steps)).rejects.toThrow(RangeError);
    });
  });
}
