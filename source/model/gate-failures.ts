import { duration } from './gate-figures.ts';
import type { Gate } from './gate.ts';
import { cleanLine } from './text.ts';

/** How long a failed upgrade of a router speaks against another one, milliseconds. */
export const FAILURES_MS = 7 * 86_400_000;

/** An upgrade of a router that failed or was rolled back. */
export interface PastFailure {
  readonly upgradeId: string;
  readonly status: 'failed' | 'rolled_back';
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * The gate of recent failures: no upgrade of the router failed or was rolled back in the last 7 days. A person who asks again knows of it;
 * then it is said, and passes.
 */
export function failuresGate(failures: readonly PastFailure[], now: Date, byPerson: boolean): Gate {
  const base = {
    id: 'failures',
    title: `Failures in ${duration(FAILURES_MS)}`,
    expected: byPerson ? 'none, or known' : 'none',
  } as const;
  const recent = failures
    .filter(({ at }) => now.getTime() - at <= FAILURES_MS)
    .toSorted((a, b) => b.at - a.at || (a.upgradeId < b.upgradeId ? 1 : -1));
  const [newest] = recent;
  if (newest === undefined) return { ...base, actual: 'none', result: 'pass', advice: '' };
  const what = newest.status === 'failed' ? 'failed' : 'was rolled back';
  const more = recent.length === 1 ? '' : ` and ${recent.length - 1} more`;
  const id = cleanLine(newest.upgradeId);
  const actual = `upgrade ${id} ${what} ${duration(now.getTime() - newest.at)} ago${more}`;
  if (byPerson) return { ...base, actual, result: 'pass', advice: '' };
  const advice = `Read its report (upgrades report ${id}) and mend the cause; then a person may ask again.`;
  return { ...base, actual, result: 'fail', advice };
}
