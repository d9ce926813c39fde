/** Something that a worker does again and again. */
export interface Duty {
  /** For logs: `audit partitions`. */
  readonly name: string;
  /** From the end of one run to the start of the next. */
  readonly intervalMs: number;
  /** Does it once. Rejects with `DatabaseUnavailable` in an outage; then the worker waits and runs it again. */
  run(): Promise<void>;
}

/** Told what changes, one line each; never the same line again for a state that lasts. */
export interface WorkerLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string, error: unknown): void;
}
