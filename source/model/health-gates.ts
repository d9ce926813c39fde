import { duration, NO_DATA, percent, percentBeside } from './gate-figures.ts';
import {
  coverageOf,
  cpuResult,
  errorsResult,
  figure,
  freshnessOf,
  type Freshness,
  type GateResult,
  LEAST_COVERAGE,
  memoryResult,
  samplesNeeded,
} from './gate-rules.ts';
import type { Gate } from './gate.ts';
import type { HealthSummary } from './health.ts';
import type { Policy } from './policy.ts';

const NO_POLICY = 'no policy';
const NO_DATA_ADVICE = 'Find out why the router sends no data; the gate passes once it does.';

/** The gate of the CPU: its mean over the window is at most the policy's limit. A null policy makes it unknown. */
export function cpuGate(policy: Policy | null, health: HealthSummary | null, windowMs: number): Gate {
  const base = { id: 'cpu', title: `CPU mean over ${duration(windowMs)}` } as const;
  const value = figure(health?.cpuMean);
  if (policy === null) return withoutPolicy(base, value === null ? NO_DATA : `${value.toFixed(1)}%`);
  const expected = `≤ ${percent(policy.maxCpuPercent)}`;
  const actual = percentBeside(value, policy.maxCpuPercent);
  return judged({ ...base, expected, actual }, cpuResult(policy, health), 'Wait until the router is less busy.');
}

/** The gate of memory: the least that was free in the window is at least the policy's limit. */
export function memoryGate(policy: Policy | null, health: HealthSummary | null, windowMs: number): Gate {
  const base = { id: 'memory', title: `Least free memory over ${duration(windowMs)}` } as const;
  const value = figure(health?.memoryMinFree);
  if (policy === null) return withoutPolicy(base, value === null ? NO_DATA : `${value.toFixed(1)}%`);
  const expected = `≥ ${percent(policy.minFreeMemPercent)}`;
  const actual = percentBeside(value, policy.minFreeMemPercent);
  return judged({ ...base, expected, actual }, memoryResult(policy, health), 'Free memory on the router first.');
}

/** The gate of errors: the critical ones in the window are at most as many as the policy allows. */
export function errorsGate(policy: Policy | null, health: HealthSummary | null, windowMs: number): Gate {
  const base = { id: 'errors', title: `Critical errors in ${duration(windowMs)}` } as const;
  const value = figure(health?.criticalErrors);
  const actual = value === null ? NO_DATA : String(value);
  if (policy === null) return withoutPolicy(base, actual);
  const expected = `≤ ${policy.maxCriticalErrors}`;
  return judged({ ...base, expected, actual }, errorsResult(policy, health), 'Clear up the critical errors first.');
}

/** The gate of freshness: the newest reading is young enough for the policy. */
export function freshnessGate(policy: Policy | null, health: HealthSummary | null, windowMs: number, now: Date): Gate {
  const base = { id: 'freshness', title: 'Age of the newest reading' } as const;
  const newest = figure(health?.newestAt);
  const age = newest === null ? NO_DATA : duration(now.getTime() - newest);
  if (policy === null) return withoutPolicy(base, age);
  const freshness = freshnessOf(policy, health, windowMs, now.getTime());
  const expected = `≤ ${duration(policy.maxDataAgeSeconds * 1000)}`;
  return { ...base, expected, ...freshnessFinding(freshness, age) };
}

/** The gate of coverage: enough of the window has readings, and there are enough of them, for its mean to mean anything. */
export function coverageGate(
  policy: Policy | null,
  health: HealthSummary | null,
  coveredSteps: number | null,
  windowMs: number,
): Gate {
  const base = { id: 'coverage', title: `Coverage of ${duration(windowMs)}` } as const;
  const samples = health?.samples ?? null;
  if (policy === null) return withoutPolicy(base, samples === null ? NO_DATA : `${samples} samples`);
  const needed = samplesNeeded(policy, windowMs);
  const expected = `≥ ${percent(LEAST_COVERAGE * 100)}, ${needed} samples`;
  const share = coverageOf(policy, coveredSteps, windowMs);
  if (share === null || samples === null) {
    return { ...base, expected, actual: NO_DATA, result: 'unknown', advice: NO_DATA_ADVICE };
  }
  const actual = `${percentBeside(share * 100, LEAST_COVERAGE * 100)}, ${samples} samples`;
  const result = share >= LEAST_COVERAGE && samples >= needed ? 'pass' : 'fail';
  return judged({ ...base, expected, actual }, result, 'Wait until the router was read for longer.');
}

function freshnessFinding(freshness: Freshness, age: string): Pick<Gate, 'actual' | 'result' | 'advice'> {
  const fresh = { actual: age, result: 'pass', advice: '' } as const;
  const findings: Readonly<Record<Freshness, Pick<Gate, 'actual' | 'result' | 'advice'>>> = {
    fresh,
    // How many there are is the next gate's question.
    sparse: fresh,
    no_data: { actual: NO_DATA, result: 'unknown', advice: NO_DATA_ADVICE },
    old: { actual: age, result: 'fail', advice: 'Find out why the router stopped sending data.' },
    ahead: { actual: 'from the future', result: 'unknown', advice: 'Set the clock of the router or its collector.' },
  };
  return findings[freshness];
}

function withoutPolicy(base: Pick<Gate, 'id' | 'title'>, actual: string): Gate {
  return { ...base, expected: NO_POLICY, actual, result: 'unknown', advice: 'Make a policy that covers the router.' };
}

function judged(base: Omit<Gate, 'result' | 'advice'>, result: GateResult, whenItFails: string): Gate {
  const advice: Readonly<Record<GateResult, string>> = { pass: '', fail: whenItFails, unknown: NO_DATA_ADVICE };
  return { ...base, result, advice: advice[result] };
}
