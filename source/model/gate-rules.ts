import type { HealthSummary } from './health.ts';
import type { Policy } from './policy.ts';

/** The window that decisions look back over, milliseconds. */
export const EVIDENCE_WINDOW_MS = 2 * 3_600_000;

/** A reading from further ahead than this is not news: a clock is wrong. */
const CLOCK_SKEW_MS = 5 * 60_000;
const FEWEST_SAMPLES = 3;

export type GateResult = 'pass' | 'fail' | 'unknown';

/** How good the figures are, before anything is read from them. */
export type Freshness = 'fresh' | 'no_data' | 'old' | 'ahead' | 'sparse';

/** The two hours up to `now` that decisions are made from. */
export function evidenceWindow(now: Date): { readonly start: Date; readonly end: Date } {
  return { start: new Date(now.getTime() - EVIDENCE_WINDOW_MS), end: now };
}

/** Null for a figure that is missing or not a number: it never passes. */
export function figure(value: number | null | undefined): number | null {
  return value === null || value === undefined || !Number.isFinite(value) ? null : value;
}

export function cpuResult(policy: Pick<Policy, 'maxCpuPercent'>, health: HealthSummary | null): GateResult {
  const mean = figure(health?.cpuMean);
  if (mean === null) return 'unknown';
  return mean <= policy.maxCpuPercent ? 'pass' : 'fail';
}

export function memoryResult(policy: Pick<Policy, 'minFreeMemPercent'>, health: HealthSummary | null): GateResult {
  const least = figure(health?.memoryMinFree);
  if (least === null) return 'unknown';
  return least >= policy.minFreeMemPercent ? 'pass' : 'fail';
}

export function errorsResult(policy: Pick<Policy, 'maxCriticalErrors'>, health: HealthSummary | null): GateResult {
  const errors = figure(health?.criticalErrors);
  if (errors === null) return 'unknown';
  return errors <= policy.maxCriticalErrors ? 'pass' : 'fail';
}

/** If the newest reading is young enough for the policy, and there are enough of them to mean anything. */
export function freshnessOf(policy: Policy, health: HealthSummary | null, windowMs: number, nowMs: number): Freshness {
  const newest = figure(health?.newestAt);
  if (health === null || newest === null) return 'no_data';
  const age = nowMs - newest;
  if (age > policy.maxDataAgeSeconds * 1000) return 'old';
  if (age < -CLOCK_SKEW_MS) return 'ahead';
  return health.samples >= samplesNeeded(policy, windowMs) ? 'fresh' : 'sparse';
}

/**
 * CPU samples that a window must have. A router that is read as often as the policy wants gives at least one each
 * `maxDataAgeSeconds`; half of these must be there, and never fewer than three, or a mean says little.
 */
export function samplesNeeded(policy: Policy, windowMs: number): number {
  return Math.max(FEWEST_SAMPLES, Math.ceil(windowMs / (policy.maxDataAgeSeconds * 1000) / 2));
}

/** A window is looked at in so many equal steps, to see how much of it has readings. */
export const COVERAGE_STEPS = 24;
/** Share of the steps that must have readings: below it, a mean is of some other time than the window. */
export const LEAST_COVERAGE = 0.5;

/**
 * How much of a window has readings, 0 to 1: a router that is read as often as the policy wants has 1, however far apart that is. Null
 * without data.
 */
export function coverageOf(policy: Policy, coveredSteps: number | null, windowMs: number): number | null {
  const covered = figure(coveredSteps);
  if (covered === null) return null;
  const possible = Math.max(1, Math.min(COVERAGE_STEPS, Math.floor(windowMs / (policy.maxDataAgeSeconds * 1000))));
  return Math.min(1, covered / possible);
}
