import { setTimeout as delay } from 'node:timers/promises';
import { TelemetryUnavailable } from '../store.ts';
import { InfluxRefusal } from './unavailable.ts';

export interface WriteQueueOptions {
  /** Lines of one request. */
  readonly batchSize: number;
  /** How long a line may wait for others, milliseconds. */
  readonly flushIntervalMs: number;
  /** Lines held at most; beyond it the oldest are given up. */
  readonly maxLines: number;
  /** First and longest wait before a failed batch is sent again, milliseconds. */
  readonly retryDelayMs: readonly [first: number, longest: number];
  readonly send: (lines: string[]) => Promise<void>;
  /** Told of lines that were accepted and are given up. */
  readonly onLost: (count: number, reason: string) => void;
}

interface Waiter {
  /** How many lines have to be dealt with before it is done. */
  readonly mark: number;
  readonly settle: (failure: unknown) => void;
}

/** Answers that say that the lines are at fault: sending them again cannot help. */
const FAULTY_LINES: ReadonlySet<number> = new Set([400, 413, 422]);

/**
 * Lines on their way to InfluxDB, sent in order, one batch at a time. It stands in front of the client's own buffer because
 * that one gives lines up without a word when it overflows, when it is closed in an outage and on a 400, sends any number of
 * batches at once, and its `flush` does not wait for those already under way. A spool on disk can take this class's place.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  #lines: string[] = [];
  /** Lines sent or given up since the start, and all lines taken since the start. */
  #dealtWith = 0;
  #taken = 0;
  #lost: { count: number; reason: string } | null = null;
  #waiters: Waiter[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** The sending that is under way; never rejects. */
  #draining: Promise<void> | undefined;
  #failing = false;
  #closed = false;
  #retry = new AbortController();

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  /** Takes lines. Resolves at once, unless the server is slower than the caller; in an outage it never waits. */
  async add(lines: readonly string[]): Promise<void> {
    const { batchSize, flushIntervalMs } = this.#options;
    for (let at = 0; at < lines.length; at += batchSize) {
      await this.#room();
      if (this.#closed) throw new TelemetryUnavailable('The telemetry store is closed.');
      this.#take(lines.slice(at, at + batchSize));
      if (this.#lines.length >= batchSize) this.#start();
      else this.#timer ??= setTimeout(() => this.#start(), flushIntervalMs).unref();
    }
  }

  /**
   * Resolves when every line taken so far has been sent. Rejects as soon as a batch fails, in which case the lines are kept and
   * sent again, and if any line was given up since the last flush.
   */
  async flush(): Promise<void> {
    if (this.#dealtWith < this.#taken) {
      const done = this.#until(this.#taken);
      this.#retry.abort();
      this.#start();
      await done;
    }
    this.#reportLost();
  }

  /** Sends no more. Gives up what is left, and rejects if there was any. Flush first. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#retry.abort();
    await this.#draining;
    if (this.#lines.length > 0)
      this.#giveUp(this.#lines.splice(0).length, 'the store was closed before they were sent');
    this.#reportLost();
  }

  /** Waits until the queue is at most half full, or sending fails: that is told to those who flush. */
  async #room(): Promise<void> {
    while (this.#lines.length > this.#options.maxLines / 2 && !this.#failing && !this.#closed) {
      await this.#until(this.#dealtWith + 1).catch(() => undefined);
    }
  }

  #take(lines: readonly string[]): void {
    for (const line of lines) this.#lines.push(line);
    this.#taken += lines.length;
    const tooMany = this.#lines.length - this.#options.maxLines;
    if (tooMany > 0) this.#giveUp(this.#lines.splice(0, tooMany).length, 'too many were waiting');
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
    });
  }

  async #drain(): Promise<void> {
    const [first, longest] = this.#options.retryDelayMs;
    let wait = first;
    while (this.#lines.length > 0 && !this.#closed) {
      const batch = this.#lines.splice(0, this.#options.batchSize);
      const failure = await this.#send(batch);
      this.#failing = failure !== null;
      if (failure === null) {
        wait = first;
        this.#settleWaiters();
      } else {
        this.#lines = [...batch, ...this.#lines];
        this.#rejectWaiters(failure);
        await this.#pause(wait);
        wait = Math.min(wait * 2, longest);
      }
    }
  }

  /** Ends early for a flush or a close. */
  async #pause(ms: number): Promise<void> {
    if (this.#closed) return;
    this.#retry = new AbortController();
    await delay(ms, undefined, { signal: this.#retry.signal, ref: false }).catch(() => undefined);
  }

  /** Null when the batch is dealt with; else why it has to be sent again. */
  async #send(batch: string[]): Promise<Error | null> {
    try {
      await this.#options.send(batch);
      this.#dealtWith += batch.length;
      return null;
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      if (!(failure instanceof InfluxRefusal && FAULTY_LINES.has(failure.status))) return failure;
      const dropped = Math.min(failure.dropped ?? batch.length, batch.length);
      this.#dealtWith += batch.length - dropped;
      this.#giveUp(dropped, failure.message);
      return null;
    }
  }

  #reportLost(): void {
    const lost = this.#lost;
    this.#lost = null;
    if (lost !== null) throw new TelemetryUnavailable(`${lost.count} points were not stored: ${lost.reason}`);
  }

  #giveUp(count: number, reason: string): void {
    this.#dealtWith += count;
    this.#lost = { count: (this.#lost?.count ?? 0) + count, reason };
    this.#options.onLost(count, reason);
  }

  #until(mark: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ mark, settle: (failure) => (failure === null ? resolve() : reject(failure)) });
    });
  }

  #settleWaiters(): void {
    const done = this.#waiters.filter((waiter) => waiter.mark <= this.#dealtWith);
    this.#waiters = this.#waiters.filter((waiter) => waiter.mark > this.#dealtWith);
    for (const waiter of done) waiter.settle(null);
  }

  #rejectWaiters(failure: Error): void {
    const waiting = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiting) waiter.settle(failure);
  }
}
