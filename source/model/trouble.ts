import { cpuResult, errorsResult, figure, memoryResult } from './gate-rules.ts';
import type { HealthSummary } from './health.ts';
import type { Policy } from './policy.ts';
import type { Router } from './router.ts';

/** What can be wrong with a router whether or not somebody wants to upgrade it, the worst last heard of first. */
export const TROUBLES = ['cpu', 'memory', 'errors', 'silent'] as const;

export type Trouble = (typeof TROUBLES)[number];

/** Limits for routers that no policy applies to: those of a policy that names none. */
const USUAL_LIMITS = {
  maxCpuPercent: 80,
  minFreeMemPercent: 20,
  maxCriticalErrors: 0,
  maxDataAgeSeconds: 300,
} as const satisfies Limits;

export type Limits = Pick<Policy, 'maxCpuPercent' | 'minFreeMemPercent' | 'maxCriticalErrors' | 'maxDataAgeSeconds'>;

// One list for each combination: 100,000 rows cost no memory, and equal answers are the same object.
const KNOWN: readonly (readonly Trouble[])[] = Array.from({ length: 2 ** TROUBLES.length }, (_, bits) =>
  TROUBLES.filter((_trouble, at) => (bits & (2 ** at)) !== 0),
);
const NO_TROUBLE: readonly Trouble[] = KNOWN[0] ?? [];

/**
 * What is wrong with an active router, by the limits of its policy or else the usual ones: mean CPU, least free memory and critical errors of
 * the two hours before `now` (milliseconds since the epoch), and no reading for longer than the policy wants. A figure that is missing is no
 * trouble of its own: without any, the router is silent.
 */
export function troublesOf(
  router: Router,
  health: HealthSummary | null,
  limits: Limits | null,
  now: number,
): readonly Trouble[] {
  if (router.status !== 'active') return NO_TROUBLE;
  const limit = limits ?? USUAL_LIMITS;
  const newest = figure(health?.newestAt);
  const silent = newest === null || now - newest > limit.maxDataAgeSeconds * 1000;
  const bits =
    (cpuResult(limit, health) === 'fail' ? 1 : 0) +
    (memoryResult(limit, health) === 'fail' ? 2 : 0) +
    (errorsResult(limit, health) === 'fail' ? 4 : 0) +
    (silent ? 8 : 0);
  return KNOWN[bits] ?? NO_TROUBLE;
}
