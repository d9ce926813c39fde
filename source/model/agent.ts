import type { Gate, Verdict } from './gate.ts';

export const AGENT_MODES = ['advise', 'auto-defer', 'auto-approve'] as const;

/**
 * What the agent does by itself in an organization. `advise`: nothing. `auto-defer`: keeps pending upgrades whose gates do not pass from
 * being approved. `auto-approve`: also approves those whose policy says so, as one of the approvals that are wanted.
 */
export type AgentMode = (typeof AGENT_MODES)[number];

export interface AgentSettings {
  readonly mode: AgentMode;
  /** Its approvals in 24 hours at most. */
  readonly perDay: number;
  /** Upgrades that it approved and that are not over, at one site at most. */
  readonly perSite: number;
}

/** What holds for an organization that set nothing; the table's defaults are the same. */
export const DEFAULT_AGENT: AgentSettings = { mode: 'advise', perDay: 10, perSite: 1 };

/** What a model said of a decision, or why nothing of it counts. */
export interface Advice {
  readonly model: string;
  /** SHA-256 of what it was asked, hexadecimal. */
  readonly promptHash: string;
  /** Its answer as it came, cleaned and cut; null if there was none. */
  readonly answer: string | null;
  /** Null: it could not be read, so the gates alone decide. */
  readonly verdict: 'no-objection' | 'defer' | null;
  readonly reasons: readonly string[];
  /** Why the gates alone decide; null if the model was heard. */
  readonly fallback: string | null;
}

/** A model tightens approval to deferral; nothing that it says loosens anything. */
export function tighten(verdict: Verdict, advice: Pick<Advice, 'verdict'> | null): Verdict {
  return verdict === 'approve' && advice?.verdict === 'defer' ? 'defer' : verdict;
}

/** A decision as it is kept. */
export interface DecisionRecord {
  readonly routerId: string;
  readonly upgradeId: string | null;
  readonly imageId: string | null;
  /** Of the gates and the model together. */
  readonly verdict: Verdict;
  readonly gates: readonly Gate[];
  readonly policy: { readonly id: string; readonly version: number } | null;
  readonly evidence: { readonly start: Date; readonly end: Date };
  readonly advice: Advice | null;
}

/** A decision that was made, as people read it. */
export interface MadeDecision {
  /** Null: it is not kept, as the program may only read. */
  readonly id: string | null;
  readonly decidedAt: Date;
  readonly verdict: Verdict;
  readonly gates: readonly Gate[];
  readonly advice: Pick<Advice, 'model' | 'verdict' | 'reasons' | 'fallback'> | null;
  readonly policy: { readonly id: string; readonly version: number } | null;
  readonly toVersion: string | null;
  /** Name of the operator, or of the agent. */
  readonly by: string;
  readonly source: 'console' | 'cli' | 'worker' | 'mcp';
  /** The upgrade that it was about. */
  readonly upgradeId: string | null;
}
