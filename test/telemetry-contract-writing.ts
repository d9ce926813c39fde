import { describe, expect, test } from 'vitest';
import type { TelemetryStore } from '../source/telemetry/store.ts';
import {
  cpu,
  errors,
  memory,
  minute,
  progress,
  sensor,
  tagsOf,
  traffic,
  validation,
} from './telemetry-contract-points.ts';

export function describeWriting(store: () => TelemetryStore): void {
  describe('writing', () => {
    test('counts what it takes', async () => {
      const tags = tagsOf('r1');
      const result = await store().write([cpu(tags, minute(-1), 10), memory(tags, minute(-1), 60)]);
      expect(result).toEqual({ accepted: 2, refused: {} });
    });

    test('takes no points at all', async () => {
      expect(await store().write([])).toEqual({ accepted: 0, refused: {} });
      await store().flush();
    });

    test('stores the good points of a batch, and counts the bad ones by reason', async () => {
      const tags = tagsOf('r1');
      const result = await store().write([
        cpu(tags, minute(-2), 40),
        cpu(tags, minute(-1), 101),
        memory(tags, minute(-1), -0.5),
        cpu(tags, minute(-1), Number.NaN),
        cpu(tags, minute(60), 50),
        cpu({ ...tags, router_id: '' }, minute(-1), 50),
        cpu({ ...tags, organization: 'acme' }, minute(-1), 50),
        errors(tags, minute(-1), 1.5),
        traffic(tags, minute(-1), 'ge-0', { rate: Number.POSITIVE_INFINITY }),
      ]);
      expect(result).toEqual({
        accepted: 1,
        refused: {
          'percentage outside 0-100': 3,
          'time in the future': 1,
          'tag missing': 1,
          'organization is no uuid': 1,
          'count invalid': 1,
          'rate invalid': 1,
        },
      });
      await store().flush();
      const health = await store().fleetHealth(tags.organization, { start: minute(-30), end: minute(1) });
      expect([...health]).toEqual([['r1', expect.objectContaining({ cpuMean: 40, samples: 1, memoryMinFree: null })]]);
    });

    test('keeps the last of two points with the same series and time, in one write and in two', async () => {
      const tags = tagsOf('r1');
      await store().write([cpu(tags, minute(-3), 10), cpu(tags, minute(-3), 20), errors(tags, minute(-3), 5)]);
      await store().flush();
      await store().write([cpu(tags, minute(-3), 30), errors(tags, minute(-3), 2)]);
      await store().flush();
      const health = await store().health(tags.organization, 'r1', { start: minute(-10), end: minute(0) });
      expect(health).toMatchObject({ cpuMean: 30, cpuMax: 30, samples: 1, criticalErrors: 2 });
    });

    test('takes points out of order', async () => {
      const tags = tagsOf('r1');
      await store().write([cpu(tags, minute(-1), 30), cpu(tags, minute(-5), 10)]);
      await store().write([cpu(tags, minute(-3), 20)]);
      await store().flush();
      const health = await store().health(tags.organization, 'r1', { start: minute(-10), end: minute(0) });
      expect(health).toMatchObject({ cpuMean: 20, cpuLatest: 30, samples: 3, newestAt: minute(-1) });
    });

    test.each([
      'plain',
      `o'brien"`,
      'back\\slash',
      '") |> drop()',
      `'; DROP TABLE routers; --`,
      '${id}',
      'comma,equals=space end',
      'núñez-日本',
      'r1" or r.router_id != "',
    ])('keeps the router id %j as it is, and it alone', async (id) => {
      const tags = tagsOf(id);
      await store().write([cpu(tags, minute(-1), 10), cpu({ ...tags, router_id: 'other' }, minute(-1), 90)]);
      await store().write([traffic(tags, minute(-1), id), sensor(tags, minute(-1), id, { fan_rpm: 1 })]);
      await store().write([progress(tags, minute(-1)), validation(tags, minute(-1), id)]);
      await store().write([sensor({ ...tags, router_id: 'other' }, minute(-1), 'fan', { fan_rpm: 9 })]);
      await store().flush();
      const window = { start: minute(-10), end: minute(0) };
      expect([...(await store().latest(tags.organization, [id])).keys()]).toEqual([id]);
      expect(await store().health(tags.organization, id, window)).toMatchObject({ cpuMean: 10, samples: 1 });
      expect([...(await store().series(tags.organization, [id], 'cpu', window, 2)).keys()]).toEqual([id]);
      expect((await store().interfaces(tags.organization, id, window)).map(({ name }) => name)).toEqual([id]);
      expect((await store().sensors(tags.organization, id, window)).map(({ component }) => component)).toEqual([id]);
      expect(await store().upgradeProgress(tags.organization, id, window, null)).toHaveLength(1);
      expect(await store().validations(tags.organization, id, window, null)).toEqual([
        expect.objectContaining({ component: id }),
      ]);
      expect([...(await store().fleetHealth(tags.organization, window)).keys()].toSorted()).toEqual(
        [id, 'other'].toSorted(),
      );
    });

    test.each(['line\nbreak', 'nul\0', 'ends with \\', 'lone \ud800'])(
      'refuses the tag %j, and reading it finds nothing',
      async (id) => {
        const tags = tagsOf(id);
        const result = await store().write([
          cpu(tags, minute(-1), 10),
          traffic(tagsOf('r1'), minute(-1), id),
          sensor(tagsOf('r1'), minute(-1), id, { fan_rpm: 1 }),
          progress(tags, minute(-1)),
          validation(tagsOf('r1'), minute(-1), id),
        ]);
        expect(result).toEqual({ accepted: 0, refused: { 'tag not storable': 5 } });
        await store().flush();
        const window = { start: minute(-10), end: minute(0) };
        expect(await store().latest(tags.organization, [id])).toEqual(new Map());
        expect(await store().health(tags.organization, id, window)).toBeNull();
        expect(await store().series(tags.organization, [id], 'cpu', window, 3)).toEqual(new Map());
        expect(await store().interfaces(tags.organization, id, window)).toEqual([]);
        expect(await store().sensors(tags.organization, id, window)).toEqual([]);
        expect(await store().upgradeProgress(tags.organization, id, window, null)).toEqual([]);
        expect(await store().validations(tags.organization, id, window, null)).toEqual([]);
      },
    );
  });
}
