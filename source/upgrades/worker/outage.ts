import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseUnavailable } from '../../postgres/database.ts';
import type { WorkerLog } from './duty.ts';

/** Short at first, since most outages are a restart; never so long that the end of one goes unnoticed. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/** Whether PostgreSQL answers, and how long to wait for it; tells of each change once. */
export class Outage {
  readonly #log: WorkerLog;
  readonly #what: string;
  #waitMs = 0;

  constructor(log: WorkerLog, what = 'worker') {
    this.#log = log;
    this.#what = what;
  }

  /** Before the next attempt: longer after each that failed, 0 when there is no outage. */
  get waitMs(): number {
    return this.#waitMs;
  }

  /** Takes note of an attempt that failed. False if it failed for another reason than an outage. */
  met(error: unknown): boolean {
    if (!(error instanceof DatabaseUnavailable)) return false;
    if (this.#waitMs === 0) this.#log.warn(`${error.message} The ${this.#what} goes on trying.`);
    this.#waitMs = Math.min(LONGEST_RETRY_MS, Math.max(FIRST_RETRY_MS, this.#waitMs * 2));
    return true;
  }

  /** Takes note that PostgreSQL has answered. */
  over(): void {
    if (this.#waitMs > 0) this.#log.info('PostgreSQL answers again.');
    this.#waitMs = 0;
  }
}

/** Waits. False if it was told to stop before or meanwhile. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}
