import { describe, expect, it } from 'vitest';
import { servicesForTest } from '../../../test/support/console.ts';
import { aHealth, aPolicy, aRouter } from '../../../test/support/model-examples.ts';
import { type FleetRow, fleetOf, fleetRow, looksTheSame } from './fleet.ts';

const now = new Date('2026-10-15T14:00:00Z');
const router = aRouter();
const row: FleetRow = {
  router,
  health: aHealth(now),
  readiness: { state: 'ready', reason: 'ready' },
  policyName: 'careful',
  cpu: { start: 0, stepMs: 1, values: [1] },
};

describe('two rows look the same', () => {
  it.each<[string, Partial<FleetRow>, boolean]>([
    ['with nothing changed', {}, true],
    [
      'with a newer reading of the same figures',
      { health: aHealth(now, { newestAt: now.getTime(), samples: 121 }) },
      true,
    ],
    ['with a change of less than shows', { health: aHealth(now, { cpuLatest: 41.3 }) }, true],
    ['not with another percent of CPU', { health: aHealth(now, { cpuLatest: 42 }) }, false],
    ['not with another percent of memory', { health: aHealth(now, { memoryLatestFree: 51 }) }, false],
    ['not with another error', { health: aHealth(now, { criticalErrors: 1 }) }, false],
    ['not without health', { health: null }, false],
    ['not with another router row', { router: aRouter({ targetVersion: null }) }, false],
    ['not with another readiness', { readiness: { state: 'stale', reason: 'stale' } }, false],
    ['not with another policy', { policyName: 'house rules' }, false],
    ['not with another series', { cpu: null }, false],
  ])('%s', (_, change, same) => expect(looksTheSame(row, { ...row, ...change })).toBe(same));
});

describe('a row of the fleet', () => {
  it('is not judged before policies and health are both read', () => {
    const fleet = fleetOf(servicesForTest());
    expect(fleetRow(fleet, router, now.getTime()).readiness).toBeNull();
    fleet.policies = new Map([['policy-1', { ...aPolicy(), routers: 1 }]]);
    expect(fleetRow(fleet, router, now.getTime()).readiness).toBeNull();
    fleet.health = new Map([[router.id, aHealth(now)]]);
    expect(fleetRow(fleet, router, now.getTime())).toMatchObject({
      readiness: { state: 'ready' },
      policyName: 'careful',
    });
  });

  it('keeps its series when anything else changes', () => {
    const fleet = fleetOf(servicesForTest());
    expect(fleetRow(fleet, aRouter({ status: 'maintenance' }), now.getTime(), row).cpu).toBe(row.cpu);
  });

  it('goes stale by time alone', () => {
    const fleet = fleetOf(servicesForTest());
    fleet.policies = new Map([['policy-1', { ...aPolicy(), routers: 1 }]]);
    fleet.health = new Map([[router.id, aHealth(now)]]);
    expect(fleetRow(fleet, router, now.getTime() + 600_000).readiness?.state).toBe('stale');
  });
});
