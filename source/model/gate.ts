export const GATE_IDS = ['cpu', 'memory', 'errors', 'freshness', 'image'] as const;

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
}

export type Verdict = 'approve' | 'defer' | 'reject';

/** The gates' verdict: every gate passes: approve; a wrong image: reject; anything else: defer. */
export interface Decision {
  readonly verdict: Verdict;
  readonly gates: readonly Gate[];
  /** The window that the figures are from. */
  readonly evidence: { readonly start: Date; readonly end: Date };
}
