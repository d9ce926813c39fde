import { describe, expect, it } from 'vitest';
import { aRouter } from '../../../../test/support/model-examples.ts';
import { servicesForTest } from '../../../../test/support/console.ts';
import type { UpgradeStatus } from '../../../model/upgrade.ts';
import { UPGRADE_STATUSES } from '../../../model/upgrade.ts';
import { type FleetProgress, type FleetRow, fleetOf } from '../../loaders/fleet.ts';
import { summaryParts } from './summary.ts';

const now = Date.UTC(2026, 9, 15, 14);
const fresh: FleetProgress = { loading: false, inventoryAt: now, healthAt: now, healthFailed: false };

function counts(change: Partial<Record<UpgradeStatus, number>>): Record<UpgradeStatus, number> {
  const none = Object.fromEntries(UPGRADE_STATUSES.map((status) => [status, 0]));
  return {
    draft: 0,
    pending: 0,
    approved: 0,
    scheduled: 0,
    running: 0,
    paused: 0,
    success: 0,
    failed: 0,
    rolled_back: 0,
    cancelled: 0,
    rejected: 0,
    ...none,
    ...change,
  };
}

function text(
  ...[total, attention, upgrades, progress]: readonly [number, number, ReturnType<typeof counts> | null, FleetProgress]
): string {
  return summaryParts(total, attention, upgrades, progress, now)
    .map((part) => (typeof part === 'string' ? part : part.text))
    .join('');
}

describe('the summary', () => {
  it('counts, and leaves out what there is not', () => {
    expect(text(48_212, 37, counts({ running: 3, pending: 5 }), fresh)).toBe(
      '48,212 routers · 37 need attention · 3 upgrades running · 5 wait for approval',
    );
    expect(text(1, 1, counts({ running: 1, pending: 1, approved: 2 }), fresh)).toBe(
      '1 router · 1 needs attention · 1 upgrade running · 2 approved · 1 waits for approval',
    );
    expect(text(2, 0, null, fresh)).toBe('2 routers');
  });

  it('says while the first reading goes on', () => {
    expect(text(200, 0, null, { ...fresh, loading: true, inventoryAt: null, healthAt: null })).toBe(
      '200 routers so far …',
    );
  });

  it('says how old the health is once it is old, before anything that may be cut off', () => {
    expect(text(2, 1, null, { ...fresh, healthAt: now - 119_000 })).toBe('2 routers · 1 needs attention');
    expect(text(2, 1, null, { ...fresh, healthAt: now - 3 * 60_000 })).toBe(
      '2 routers · health is 3 min old · 1 needs attention',
    );
  });

  it('says when there was never any health', () => {
    expect(text(2, 0, null, { ...fresh, healthAt: null })).toBe('2 routers');
    expect(text(2, 0, null, { ...fresh, healthAt: null, healthFailed: true })).toBe(
      '2 routers · no health: telemetry does not answer',
    );
    expect(text(2, 0, null, { ...fresh, healthAt: null, healthFailed: true, collectedAt: now })).toBe(
      '2 routers · telemetry does not answer · figures from the collectors',
    );
  });
});

it('counts routers that need somebody again after a row changed', () => {
  const { rows } = fleetOf(servicesForTest());
  const row = (id: string, state: 'ready' | 'blocked' | 'stale' | 'no_policy' | 'no_target'): FleetRow => {
    const readiness = { state, reason: state };
    return { router: aRouter({ id }), health: null, readiness, policyName: null, cpu: null };
  };
  rows.upsert([
    row('a', 'ready'),
    row('b', 'blocked'),
    row('c', 'stale'),
    row('d', 'no_policy'),
    row('e', 'no_target'),
  ]);
  expect(rows.tallied).toBe(3);
  rows.upsert([row('b', 'ready')]);
  expect(rows.tallied).toBe(2);
});
