import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { TelemetryStore, TimeWindow } from '../source/telemetry/store.ts';
import { minute, progress, tagsOf, validation } from './telemetry-contract-points.ts';

const window = (): TimeWindow => ({ start: minute(-60), end: minute(0) });

export function describeUpgrades(store: () => TelemetryStore): void {
  describe('upgradeProgress', () => {
    test('has the points of the upgrade asked for, oldest first, what was not sent null', async () => {
      const tags = tagsOf('r1');
      const done = { step: 'verify_image', step_status: 'success', percent: 33.5 } as const;
      await store().write([
        progress(tags, minute(-9), { ...done, step_percent: 100, elapsed_seconds: 61, transferred_bytes: 2 ** 40 }),
        progress(tags, minute(-10)),
        progress(tags, minute(-20), { upgrade_id: '6', step: 'rollback', step_status: 'rolled_back', percent: 0 }),
        progress(tags, minute(-70)),
        progress({ ...tags, router_id: 'r2' }, minute(-5), { upgrade_id: '8' }),
        progress(tagsOf('r1'), minute(-4), { upgrade_id: '9' }),
      ]);
      await store().flush();
      const unsent = { stepPercent: null, elapsedSeconds: null, transferredBytes: null };
      const ofSeven = [
        { ...unsent, upgradeId: '7', step: 'stage_image', stepStatus: 'running', percent: 10, at: minute(-10) },
        {
          upgradeId: '7',
          step: 'verify_image',
          stepStatus: 'success',
          percent: 33.5,
          stepPercent: 100,
          elapsedSeconds: 61,
          transferredBytes: 2 ** 40,
          at: minute(-9),
        },
      ];
      const { organization } = tags;
      expect(await store().upgradeProgress(organization, 'r1', window(), '7')).toEqual(ofSeven);
      expect(await store().upgradeProgress(organization, 'r1', window(), null)).toEqual(ofSeven);
      expect(await store().upgradeProgress(organization, 'r1', window(), '6')).toEqual([
        { ...unsent, upgradeId: '6', step: 'rollback', stepStatus: 'rolled_back', percent: 0, at: minute(-20) },
      ]);
      expect(await store().upgradeProgress(organization, 'r1', window(), '8')).toEqual([]);
    });

    test('takes a later word for the same time, field by field', async () => {
      const tags = tagsOf('r1');
      await store().write([
        progress(tags, minute(-3), { step_percent: 5 }),
        progress(tags, minute(-3), { percent: 20 }),
      ]);
      await store().flush();
      await store().write([progress(tags, minute(-3), { percent: 30 })]);
      await store().flush();
      const readings = await store().upgradeProgress(tags.organization, 'r1', window(), null);
      expect(readings).toEqual([expect.objectContaining({ percent: 30, stepPercent: 5 })]);
    });

    test.each([
      ['id invalid', { upgrade_id: '7" or true' }],
      ['id invalid', { upgrade_id: '' }],
      ['percentage outside 0-100', { percent: 100.5 }],
      ['size invalid', { transferred_bytes: 1.5 }],
    ])('refuses with "%s" a point with %j, and reads go on', async (reason, fields) => {
      const tags = tagsOf('r1');
      const written = await store().write([progress(tags, minute(-1), fields), progress(tags, minute(-2))]);
      expect(written).toEqual({ accepted: 1, refused: { [reason]: 1 } });
      await store().flush();
      expect(await store().upgradeProgress(tags.organization, 'r1', window(), null)).toHaveLength(1);
    });
  });

  describe('validations', () => {
    test('has the results of the upgrade asked for, oldest first', async () => {
      const tags = tagsOf('r1');
      await store().write([
        validation(tags, minute(-2), 'interfaces', {
          phase: 'after',
          test_passed: 0,
          expected_value: 48,
          actual_value: 47,
        }),
        validation(tags, minute(-9), 'interfaces', { expected_value: 48, actual_value: 48 }),
        validation(tags, minute(-9), 'bgp', { expected_value: -0.5 }),
        validation(tags, minute(-30), 'bgp', { upgrade_id: '6', test_passed: 0 }),
        validation(tagsOf('r1'), minute(-1), 'bgp', { upgrade_id: '8' }),
      ]);
      await store().flush();
      const ofSeven = { upgradeId: '7', phase: 'before', passed: true, at: minute(-9) } as const;
      expect(await store().validations(tags.organization, 'r1', window(), null)).toEqual([
        { ...ofSeven, component: 'bgp', expected: -0.5, actual: null },
        { ...ofSeven, component: 'interfaces', expected: 48, actual: 48 },
        {
          upgradeId: '7',
          phase: 'after',
          component: 'interfaces',
          passed: false,
          expected: 48,
          actual: 47,
          at: minute(-2),
        },
      ]);
      expect(await store().validations(tags.organization, 'r1', window(), '6')).toEqual([
        expect.objectContaining({ component: 'bgp', passed: false, at: minute(-30) }),
      ]);
    });
  });

  describe.each(['upgradeProgress', 'validations'] as const)('%s', (read) => {
    test('is empty for a silent router, an empty window and an upgrade that there is not', async () => {
      const tags = tagsOf('r1');
      await store().write([progress(tags, minute(-3)), validation(tags, minute(-3), 'bgp')]);
      await store().flush();
      expect(await store()[read](tags.organization, 'r1', window(), null)).toHaveLength(1);
      expect(await store()[read](randomUUID(), 'r1', window(), null)).toEqual([]);
      expect(await store()[read](tags.organization, 'r2', window(), null)).toEqual([]);
      expect(await store()[read](tags.organization, 'r1', { start: minute(-3), end: minute(-3) }, null)).toEqual([]);
      expect(await store()[read](tags.organization, 'r1', window(), '7" or r._value != "7')).toEqual([]);
    });
  });
}
