import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { TelemetryStore, TimeWindow } from '../source/telemetry/store.ts';
import { cpu, errors, memory, minute, tagsOf, traffic } from './telemetry-contract-points.ts';

export function describeHealth(store: () => TelemetryStore): void {
  const window = (): TimeWindow => ({ start: minute(-120), end: minute(0) });

  describe('health', () => {
    test('sums a window up', async () => {
      const tags = tagsOf('r1');
      await store().write([
        cpu(tags, minute(-30), 20),
        cpu(tags, minute(-20), 70.25),
        cpu(tags, minute(-10), 30),
        memory(tags, minute(-30), 55),
        memory(tags, minute(-20), 12.5),
        memory(tags, minute(-10), 40),
        errors(tags, minute(-30), 2),
        errors(tags, minute(-20), 3),
        errors(tags, minute(-20), 100, 'warning'),
        traffic(tags, minute(-9), 'ge-0', { errorCount: 7 }),
        errors(tags, minute(-8), 0, 'warning'),
      ]);
      await store().flush();
      expect(await store().health(tags.organization, 'r1', window())).toEqual({
        cpuMean: expect.closeTo(40.083_333, 5),
        cpuMax: 70.25,
        cpuLatest: 30,
        memoryMinFree: 12.5,
        memoryLatestFree: 40,
        criticalErrors: 5,
        samples: 3,
        newestAt: minute(-10),
      });
    });

    test('takes the start in and leaves the end out', async () => {
      const tags = tagsOf('r1');
      await store().write([cpu(tags, minute(-20), 10), cpu(tags, minute(-15), 20), cpu(tags, minute(-10), 90)]);
      await store().flush();
      const inside = await store().health(tags.organization, 'r1', { start: minute(-20), end: minute(-10) });
      expect(inside).toMatchObject({ cpuMean: 15, cpuMax: 20, samples: 2, newestAt: minute(-15) });
    });

    test('is null for a router that sent nothing in the window, and for an unknown one', async () => {
      const tags = tagsOf('r1');
      await store().write([cpu(tags, minute(-60), 10)]);
      await store().flush();
      expect(await store().health(tags.organization, 'r1', { start: minute(-30), end: minute(0) })).toBeNull();
      expect(await store().health(tags.organization, 'r2', window())).toBeNull();
      expect(await store().fleetHealth(tags.organization, { start: minute(-30), end: minute(0) })).toEqual(new Map());
      expect(await store().fleetHealth(randomUUID(), window())).toEqual(new Map());
    });

    test('is null for an empty window', async () => {
      const tags = tagsOf('r1');
      await store().write([cpu(tags, minute(-5), 10)]);
      await store().flush();
      expect(await store().health(tags.organization, 'r1', { start: minute(-5), end: minute(-5) })).toBeNull();
      expect(await store().fleetHealth(tags.organization, { start: minute(-5), end: minute(-6) })).toEqual(new Map());
    });

    test('tells 0 from missing', async () => {
      const idle = tagsOf('idle');
      const silentOnErrors = { ...idle, router_id: 'no-errors-sent' };
      const onlyWarnings = { ...idle, router_id: 'only-warnings' };
      const onlyErrors = { ...idle, router_id: 'only-errors' };
      // Interfaces say nothing of health: this one is not in the answer.
      const onlyInterfaces = { ...idle, router_id: 'only-interfaces' };
      await store().write([
        cpu(idle, minute(-3), 0),
        memory(idle, minute(-3), 0),
        errors(idle, minute(-3), 0),
        cpu(silentOnErrors, minute(-3), 5),
        errors(onlyErrors, minute(-3), 4),
        errors(onlyWarnings, minute(-3), 4, 'warning'),
        traffic(onlyInterfaces, minute(-3), 'ge-0'),
      ]);
      await store().flush();
      const none = {
        cpuMean: null,
        cpuMax: null,
        cpuLatest: null,
        memoryMinFree: null,
        memoryLatestFree: null,
        samples: 0,
      };
      expect(await store().fleetHealth(idle.organization, window())).toEqual(
        new Map([
          ['idle', { ...zeros(), newestAt: minute(-3) }],
          [
            'no-errors-sent',
            { ...none, cpuMean: 5, cpuMax: 5, cpuLatest: 5, samples: 1, criticalErrors: null, newestAt: minute(-3) },
          ],
          ['only-warnings', { ...none, criticalErrors: 0, newestAt: minute(-3) }],
          ['only-errors', { ...none, criticalErrors: 4, newestAt: minute(-3) }],
        ]),
      );
    });

    test('keeps organizations apart, also with the same router id', async () => {
      const [one, other] = [tagsOf('core-1'), tagsOf('core-1')];
      await store().write([cpu(one, minute(-2), 10), cpu(other, minute(-2), 90), errors(other, minute(-2), 3)]);
      await store().flush();
      expect(await store().health(one.organization, 'core-1', window())).toMatchObject({
        cpuMax: 10,
        criticalErrors: null,
      });
      expect(await store().health(other.organization, 'core-1', window())).toMatchObject({
        cpuMax: 90,
        criticalErrors: 3,
      });
      expect((await store().latest(one.organization, ['core-1'])).get('core-1')?.cpuLatest).toBe(10);
    });

    test('counts samples of a router that moved to another site once each', async () => {
      const before = tagsOf('r1');
      const after = { ...before, site: 'fra-2' };
      await store().write([cpu(before, minute(-9), 10), cpu(before, minute(-8), 10), cpu(after, minute(-7), 40)]);
      await store().flush();
      expect(await store().health(before.organization, 'r1', window())).toMatchObject({
        cpuMean: 20,
        samples: 3,
        cpuLatest: 40,
      });
    });
  });

  describe('latest', () => {
    test('has the newest values of the routers asked for, and only of those with data', async () => {
      const tags = tagsOf('r1');
      await store().write([
        cpu(tags, minute(-50), 10),
        cpu(tags, minute(-2), 20),
        memory(tags, minute(-40), 33),
        cpu({ ...tags, router_id: 'r2' }, minute(-1), 99),
      ]);
      await store().flush();
      const latest = await store().latest(tags.organization, ['r1', 'r1', 'r3']);
      expect([...latest.keys()]).toEqual(['r1']);
      expect(latest.get('r1')).toMatchObject({ cpuLatest: 20, memoryLatestFree: 33, newestAt: minute(-2) });
    });

    test('of no routers is empty', async () => {
      expect(await store().latest(randomUUID(), [])).toEqual(new Map());
    });

    test('takes a thousand routers', async () => {
      const tags = tagsOf('r');
      const ids = Array.from({ length: 1000 }, (_, index) => `router-${index}`);
      await store().write(ids.map((id, index) => cpu({ ...tags, router_id: id }, minute(-1), index % 100)));
      await store().flush();
      const latest = await store().latest(tags.organization, ids);
      expect(latest.size).toBe(1000);
      expect(latest.get('router-742')?.cpuLatest).toBe(42);
      expect((await store().fleetHealth(tags.organization, window())).size).toBe(1000);
    });
  });
}

function zeros(): Record<string, number> {
  return { cpuMean: 0, cpuMax: 0, cpuLatest: 0, memoryMinFree: 0, memoryLatestFree: 0, criticalErrors: 0, samples: 1 };
}
