import { describe, expect, it } from 'vitest';
import { servicesForTest } from '../../../test/support/console.ts';
import { aHealth, aPolicy, aRouter } from '../../../test/support/model-examples.ts';
import type { HealthSummary } from '../../model/health.ts';
import { type Fleet, fleetOf, fleetRow, fleetRowAgain } from './fleet.ts';

const now = new Date('2026-10-15T14:00:00Z');
const router = aRouter();
/** A fleet that knows of one router's health, by one policy. */
function fleetOfOne(health: HealthSummary | null, policy = aPolicy()): Fleet {
  const fleet = fleetOf(servicesForTest());
  fleet.policies = new Map([['policy-1', { ...policy, routers: 1 }]]);
  fleet.health = new Map(health === null ? [] : [[router.id, health]]);
  return fleet;
}

const row = fleetRow(fleetOfOne(aHealth(now)), router, now.getTime());

describe('a row worked out again', () => {
  it.each<[string, Fleet, boolean]>([
    ['stays with nothing changed', fleetOfOne(aHealth(now)), true],
    [
      'stays with a newer reading of the same figures',
      fleetOfOne(aHealth(now, { newestAt: now.getTime(), samples: 121 })),
      true,
    ],
    ['stays with a change of less than shows', fleetOfOne(aHealth(now, { cpuLatest: 41.3 })), true],
    ['is another with another percent of CPU', fleetOfOne(aHealth(now, { cpuLatest: 42 })), false],
    ['is another with another percent of memory', fleetOfOne(aHealth(now, { memoryLatestFree: 51 })), false],
    ['is another with another error', fleetOfOne(aHealth(now, { criticalErrors: 1 })), false],
    ['is another without health', fleetOfOne(null), false],
    ['is another with another readiness', fleetOfOne(aHealth(now, { newestAt: now.getTime() - 3_600_000 })), false],
    ['is another with another policy', fleetOfOne(aHealth(now), aPolicy({ name: 'house rules' })), false],
  ])('%s', (_, fleet, same) => expect(fleetRowAgain(fleet, row, now.getTime()) === row).toBe(same));

  it('is judged by new policies without any reading, too', () => {
    const fleet = fleetOfOne(null);
    const silent = fleetRow(fleet, router, now.getTime());
    fleet.judgedBy = fleet.policies;
    expect(fleetRowAgain(fleet, silent, now.getTime())).toBe(silent);
    fleet.policies = new Map([['policy-1', { ...aPolicy({ isActive: false }), routers: 1 }]]);
    expect(fleetRowAgain(fleet, silent, now.getTime()).readiness?.state).toBe('no_policy');
  });

  it('is what a row made anew would be', () => {
    const fleet = fleetOfOne(aHealth(now, { cpuMean: 99, criticalErrors: 3 }));
    expect(fleetRowAgain(fleet, row, now.getTime())).toEqual(fleetRow(fleet, router, now.getTime(), row));
  });
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
    const seen = { ...row, cpu: { start: 0, stepMs: 1, values: [1] } };
    expect(fleetRow(fleet, aRouter({ status: 'maintenance' }), now.getTime(), seen).cpu).toBe(seen.cpu);
  });

  it('goes stale by time alone', () => {
    const fleet = fleetOf(servicesForTest());
    fleet.policies = new Map([['policy-1', { ...aPolicy(), routers: 1 }]]);
    fleet.health = new Map([[router.id, aHealth(now)]]);
    expect(fleetRow(fleet, router, now.getTime() + 600_000).readiness?.state).toBe('stale');
  });
});
