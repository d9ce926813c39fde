import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { TelemetryStore, TimeWindow } from '../source/telemetry/store.ts';
import { minute, sensor, tagsOf } from './telemetry-contract-points.ts';

const unsent = {
  uptimeSeconds: null,
  temperatureCelsius: null,
  powerWatts: null,
  fanRpm: null,
  fanPercent: null,
  working: null,
};

export function describeSensors(store: () => TelemetryStore): void {
  describe('sensors', () => {
    const window = (): TimeWindow => ({ start: minute(-60), end: minute(0) });

    test('has the newest value of each field of each component, by name; what was not sent is null, and 0 is 0', async () => {
      const tags = tagsOf('r1');
      await store().write([
        sensor(tags, minute(-9), 'psu 1', { power_watts: 350, oper_status: 1 }),
        sensor(tags, minute(-3), 'psu 1', { power_watts: 0, oper_status: 0 }),
        sensor(tags, minute(-5), 'psu 1', { power_watts: 340, temperature_celsius: -4.5 }),
        sensor(tags, minute(-4), 'fan/2', { fan_rpm: 0, fan_percent: 0.5 }),
        sensor(tags, minute(-2), 'chassis', { uptime_seconds: 4_000_000_000 }),
        sensor(tags, minute(-61), 'old', { fan_rpm: 1 }),
        sensor({ ...tags, router_id: 'r2' }, minute(-1), 'psu 1', { power_watts: 9 }),
        sensor(tagsOf('r1'), minute(-1), 'psu 1', { power_watts: 8 }),
      ]);
      await store().flush();
      expect(await store().sensors(tags.organization, 'r1', window())).toEqual([
        { ...unsent, component: 'chassis', uptimeSeconds: 4_000_000_000, at: minute(-2) },
        { ...unsent, component: 'fan/2', fanRpm: 0, fanPercent: 0.5, at: minute(-4) },
        { ...unsent, component: 'psu 1', powerWatts: 0, temperatureCelsius: -4.5, working: false, at: minute(-3) },
      ]);
    });

    test('keeps the last of two points for the same time, field by field, in one write and in two', async () => {
      const tags = tagsOf('r1');
      await store().write([
        sensor(tags, minute(-3), 'fan', { fan_rpm: 1, fan_percent: 9 }),
        sensor(tags, minute(-3), 'fan', { fan_rpm: 2 }),
      ]);
      await store().flush();
      await store().write([sensor(tags, minute(-3), 'fan', { temperature_celsius: 3 })]);
      await store().flush();
      expect(await store().sensors(tags.organization, 'r1', window())).toEqual([
        { ...unsent, component: 'fan', fanRpm: 2, fanPercent: 9, temperatureCelsius: 3, at: minute(-3) },
      ]);
    });

    test('takes a router that moved to another site for one', async () => {
      const tags = tagsOf('r1');
      await store().write([
        sensor({ ...tags, site: 'fra-2' }, minute(-2), 'fan', { fan_rpm: 2 }),
        sensor(tags, minute(-3), 'fan', { fan_rpm: 3, fan_percent: 4 }),
      ]);
      await store().flush();
      expect(await store().sensors(tags.organization, 'r1', window())).toEqual([
        { ...unsent, component: 'fan', fanRpm: 2, fanPercent: 4, at: minute(-2) },
      ]);
    });

    test('is empty for a silent router and for an empty window', async () => {
      const tags = tagsOf('r1');
      await store().write([sensor(tags, minute(-3), 'fan', { fan_rpm: 2 })]);
      await store().flush();
      expect(await store().sensors(randomUUID(), 'r1', window())).toEqual([]);
      expect(await store().sensors(tags.organization, 'r1', { start: minute(-2), end: minute(0) })).toEqual([]);
      expect(await store().sensors(tags.organization, 'r1', { start: minute(-3), end: minute(-3) })).toEqual([]);
    });

    test('refuses sensors that cannot be, and a point without a field', async () => {
      const tags = tagsOf('r1');
      const written = await store().write([
        sensor(tags, minute(-1), 'fan', { temperature_celsius: 1001 }),
        sensor(tags, minute(-1), 'fan', { fan_rpm: Number.NaN }),
        sensor(tags, minute(-1), 'fan', { uptime_seconds: -1 }),
        sensor(tags, minute(-1), '', { fan_rpm: 1 }),
        sensor(tags, minute(-1), 'fan', {}),
      ]);
      expect(written.refused).toEqual({
        'number out of range': 2,
        'size invalid': 1,
        'tag missing': 1,
        'field missing': 1,
      });
      await store().flush();
      expect(await store().sensors(tags.organization, 'r1', window())).toEqual([]);
    });
  });
}
