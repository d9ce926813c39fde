import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { InterfaceReading, Point } from '../source/model/telemetry.ts';
import type { TelemetryStore } from '../source/telemetry/store.ts';
import { minute, tagsOf, traffic } from './telemetry-contract-points.ts';

export function describeInterfaces(store: () => TelemetryStore): void {
  describe('interfaces', () => {
    test('has the newest reading of each by name, and the errors of the window', async () => {
      const tags = tagsOf('r1');
      await store().write([
        traffic(tags, minute(-9), 'ge-0/0/1', { rate: 500, errorCount: 1000 }),
        traffic(tags, minute(-5), 'ge-0/0/1', { rate: 100, errorCount: 2 }),
        traffic(tags, minute(-3), 'ge-0/0/1', { rate: 300, errorCount: 5, up: false }),
        traffic(tags, minute(-4), 'ge-0/0/1', { rate: 200 }),
        traffic(tags, minute(-5), 'ge-0/0/0', { rate: 0 }),
        traffic({ ...tags, router_id: 'r2' }, minute(-5), 'ge-0/0/2'),
        traffic(tagsOf('r1'), minute(-2), 'ge-0/0/1', { rate: 777 }),
      ]);
      await store().flush();
      const readings = await store().interfaces(tags.organization, 'r1', { start: minute(-6), end: minute(0) });
      const both = { adminUp: true };
      expect(readings).toEqual([
        {
          ...both,
          name: 'ge-0/0/0',
          inBytesPerSecond: 0,
          outBytesPerSecond: 0,
          errors: 0,
          operUp: true,
          at: minute(-5),
        },
        {
          ...both,
          name: 'ge-0/0/1',
          inBytesPerSecond: 300,
          outBytesPerSecond: 150,
          errors: 7,
          operUp: false,
          at: minute(-3),
        },
      ]);
    });

    test('tells what was not sent from zero: the first reading has no rates, nor has one after a gap', async () => {
      const tags = tagsOf('r1');
      const state = (time: number, fields: object = {}): Point => ({
        measurement: 'interfaces',
        tags,
        time,
        interfaceName: 'ge-0',
        fields: { admin_status: 1, oper_status: 1, ...fields },
      });
      const window = { start: minute(-60), end: minute(0) };
      const read = async (): Promise<readonly InterfaceReading[]> => {
        await store().flush();
        return store().interfaces(tags.organization, 'r1', window);
      };
      await store().write([state(minute(-9), { in_bytes: 2 ** 60, out_bytes: 0, out_discard_count: 3 })]);
      const unknown = { name: 'ge-0', inBytesPerSecond: null, outBytesPerSecond: null, adminUp: true, operUp: true };
      expect(await read()).toEqual([{ ...unknown, errors: null, at: minute(-9) }]);
      await store().write([state(minute(-8), { in_bytes_rate: 0, error_count: 0 })]);
      expect(await read()).toEqual([{ ...unknown, inBytesPerSecond: 0, errors: 0, at: minute(-8) }]);
      await store().write([state(minute(-8), { out_bytes_rate: 5, error_count: 2 })]);
      expect(await read()).toEqual([
        { ...unknown, inBytesPerSecond: 0, outBytesPerSecond: 5, errors: 2, at: minute(-8) },
      ]);
      await store().write([state(minute(-2), { oper_status: 0 })]);
      expect(await read()).toEqual([{ ...unknown, errors: 2, operUp: false, at: minute(-2) }]);
    });

    test('has none for a silent router', async () => {
      expect(await store().interfaces(randomUUID(), 'r1', { start: minute(-6), end: minute(0) })).toEqual([]);
    });
  });
}
