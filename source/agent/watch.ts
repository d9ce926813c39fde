/** What deciding is busy with, in this order; the advisor only where one is asked. */
export type DecidingStage = 'inventory' | 'telemetry' | 'gates' | 'advisor';

/** Somebody who waits for decisions: is told how far they are, and may stop them. */
export interface Watch {
  /** Once it aborts, the decisions are rejected with its reason; what a database was asked is not called back. */
  readonly signal?: AbortSignal;
  /** `of` is 0 where a stage cannot be counted. */
  readonly onStage?: (stage: DecidingStage, done: number, of: number) => void;
}

/** Nobody waits. */
export const UNWATCHED: Watch = {};
