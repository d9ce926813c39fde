export const GATE_IDS = [
  'cpu',
  'memory',
  'errors',
  'freshness',
  'coverage',
  'image',
  'status',
  'peer',
  'failures',
  'running',
  'window',
  'blackout',
] as const;

export type GateId = (typeof GATE_IDS)[number];

/** One condition of an upgrade, with what was found. `unknown` (a figure is missing) never passes. */
export interface Gate {
  readonly id: GateId;
  /** What is compared: `CPU mean over 2 h`. */
  readonly title: string;
  /** What must hold, ready to print: `≤ 80%`. */
  readonly expected: string;
  /** What was found, ready to print: `84.2%`, or `no data`. */
  readonly actual: string;
  readonly result: 'pass' | 'fail' | 'unknown';
  /** What to do about it; empty when it passes. */
  readonly advice: string;
  /** When what it looked at was so, ISO 8601 in UTC; one instant is twice the same. Gates that were stored before this was kept have none. */
  readonly span?: { readonly start: string; readonly end: string } | undefined;
}

export type GateSpan = NonNullable<Gate['span']>;

export type Verdict = 'approve' | 'defer' | 'reject';

/** The gates' verdict: every gate passes: approve; a wrong image: reject; anything else: defer. */
export interface Decision {
  readonly verdict: Verdict;
  readonly gates: readonly Gate[];
  /** The window that the figures are from. */
  readonly evidence: { readonly start: Date; readonly end: Date };
}

/** What gates come to together, in whatever order they stand. No gates at all prove nothing. */
export function verdictOf(gates: readonly Pick<Gate, 'id' | 'result'>[]): Verdict {
  if (gates.some(({ id, result }) => id === 'image' && result === 'fail')) return 'reject';
  return gates.length > 0 && gates.every(({ result }) => result === 'pass') ? 'approve' : 'defer';
}

/** Gates by how much they say: a reader is told first of what fails. */
export function failingGates(gates: readonly Gate[]): readonly Gate[] {
  return gates.filter(({ result }) => result !== 'pass');
}
