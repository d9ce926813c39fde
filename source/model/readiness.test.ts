import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aGateInput, aHealth, anImage, aPolicy, aRouter } from '../../test/support/model-examples.ts';
import { evaluateGates } from './evaluate-gates.ts';
import type { HealthSummary } from './health.ts';
import { readiness } from './readiness.ts';
import type { Policy } from './policy.ts';
import { ROUTER_STATUSES, type RouterStatus } from './router.ts';

const now = new Date('2026-11-25T12:00:00Z');
const healthy = aHealth(now);

describe('readiness', () => {
  it.each([
    ['ready', 'ready', aRouter(), healthy],
    ['upgrading', 'upgrading', aRouter({ openUpgrade: { id: '7', status: 'pending' } }), healthy],
    ['not_active', 'retired', aRouter({ status: 'retired' }), healthy],
    ['no_target', 'no target', aRouter({ targetVersion: null }), healthy],
    ['up_to_date', 'up to date', aRouter({ runningVersion: '17.12.3' }), healthy],
    ['blocked', 'downgrade', aRouter({ runningVersion: '17.15.1' }), healthy],
    ['blocked', 'version', aRouter({ runningVersion: 'unknown' }), healthy],
    ['blocked', 'model', aRouter({ modelId: null }), healthy],
    ['stale', 'no data', aRouter(), null],
    ['stale', 'stale', aRouter(), aHealth(now, { newestAt: now.getTime() - 301_000, cpuMean: 99 })],
    ['stale', 'few data', aRouter(), aHealth(now, { samples: 3 })],
    ['stale', 'clock', aRouter(), aHealth(now, { newestAt: now.getTime() + 301_000 })],
    ['blocked', 'cpu', aRouter(), aHealth(now, { cpuMean: 91 })],
    ['blocked', 'memory', aRouter(), aHealth(now, { memoryMinFree: 8 })],
    ['blocked', 'errors', aRouter(), aHealth(now, { criticalErrors: 14 })],
  ])('is %s (%s)', (state, reason, router, health) => {
    expect(readiness(router, health, aPolicy(), now.getTime())).toEqual({ state, reason });
  });

  it.each([[null], [aPolicy({ isActive: false })]])('has no policy without an active one', (policy) => {
    expect(readiness(aRouter(), healthy, policy, now.getTime()).state).toBe('no_policy');
  });

  it('says ready exactly when the gates approve an image of the target version', () => {
    const healths = fc.record<HealthSummary>({
      cpuMean: mostly([40, 80], [80.01, null]),
      cpuMax: fc.constant(null),
      cpuLatest: fc.constant(null),
      memoryMinFree: mostly([50, 20], [19.99, null]),
      memoryLatestFree: fc.constant(null),
      criticalErrors: mostly([0], [1, null]),
      samples: mostly([120, 12], [11, 0]),
      newestAt: mostly([0, 300_000], [300_001, -301_000]).map((age) => now.getTime() - age),
    });
    const routers = fc
      .record({
        runningVersion: mostly(['17.09.04a', '17.6.5'], ['17.12.03', '17.12.3', '17.15.1', '17.12.1prd7', '?']),
        targetVersion: fc.constantFrom('17.12.03', '17.12.1', '17.15.1'),
        modelId: mostly<string | null>(['model-1'], [null]),
        status: mostly<RouterStatus>(['active'], ROUTER_STATUSES),
      })
      .map((change) => aRouter(change));
    const policies = mostly<Policy | null>([aPolicy()], [null, aPolicy({ isActive: false })]);
    let ready = 0;
    fc.assert(
      fc.property(routers, fc.option(healths, { freq: 9 }), policies, (router, health, policy) => {
        const image = anImage({ version: router.targetVersion ?? '', minimumVersion: null });
        const { verdict } = evaluateGates(aGateInput(now, { router, health, policy, image }));
        const { state } = readiness(router, health, policy, now.getTime());
        expect(state === 'ready').toBe(verdict === 'approve');
        if (state === 'ready') ready += 1;
      }),
      { numRuns: 5000 },
    );
    expect(ready).toBeGreaterThan(100);
  });

  it('makes no objects of its own', () => {
    const first = readiness(aRouter(), healthy, aPolicy(), now.getTime());
    expect(readiness(aRouter({ id: 'another' }), healthy, aPolicy(), now.getTime())).toBe(first);
  });
});

/** Eight times in nine one of the first, so that all of them are good together often enough. */
function mostly<T>(usual: readonly T[], other: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...other) },
  );
}
