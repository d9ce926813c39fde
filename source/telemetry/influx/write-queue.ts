import { setTimeout as delay } from 'node:timers/promises';
import type { RefusalLog } from '../refusal-log.ts';
import { WaitingLines, type WaitingOptions } from '../spool/waiting-lines.ts';
import { TelemetryUnavailable } from '../store.ts';
import { Delivery, type Setback } from './delivery.ts';

export interface WriteQueueOptions extends Pick<WaitingOptions, 'spool' | 'maxMemoryLines' | 'now' | 'log'> {
  /** So many lines are sent at once; when more wait, a request takes up to `BACKLOG_BATCHES` times as many. */
  readonly batchSize: number;
  /** How long a line may wait for others, milliseconds. */
  readonly flushIntervalMs: number;
  /** First and longest wait before a failed batch is sent again, milliseconds. */
  readonly retryDelayMs: readonly [first: number, longest: number];
  readonly send: (text: string) => Promise<void>;
  readonly refusals: RefusalLog;
  /** Told of lines that were accepted and are given up. */
  readonly onLost: (count: number, reason: string) => void;
}

/** InfluxDB takes lines of large requests with less work each, up to some 5,000 lines: what waits in a crowd goes in a crowd. */
const BACKLOG_BATCHES = 5;

interface Waiter {
  /** How many lines have to be dealt with before it is done. */
  readonly mark: number;
  readonly settle: (failure: unknown) => void;
}

/**
 * Sends lines to InfluxDB in order, one batch at a time, from where they wait. It stands in front of the client's own buffer because
 * that one gives lines up without a word when it overflows, when it is closed in an outage and on a 400, sends any number of
 * batches at once, and its `flush` does not wait for those already under way.
 */
export class WriteQueue {
  readonly waiting: WaitingLines;
  readonly #options: WriteQueueOptions;
  /** Lines sent or given up since the start, and all lines taken since the start. */
  #dealtWith = 0;
  #taken = 0;
  #lost: { count: number; reason: string } | null = null;
  #waiters: Waiter[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** The sending that is under way; never rejects. */
  #draining: Promise<void> | undefined;
  #failure: Error | null = null;
  /** The server asked for silence until then. */
  #notBefore = 0;
  #closed = false;
  #retry = new AbortController();

  constructor(options: WriteQueueOptions) {
    this.#options = options;
    this.waiting = new WaitingLines({
      ...options,
      onLost: (count, reason) => this.#lose(count, reason),
      onAdopted: (count) => {
        this.#taken += count;
      },
    });
  }

  /** Takes lines. Resolves when they are kept, at once unless the server is slower than the caller; in an outage it never waits. */
  async add(lines: readonly string[]): Promise<void> {
    const { batchSize, flushIntervalMs } = this.#options;
    for (let at = 0; at < lines.length; at += batchSize) {
      await this.#room();
      if (this.#closed) throw new TelemetryUnavailable('The telemetry store is closed.');
      const some = lines.slice(at, at + batchSize);
      // Before they wait: they may have been sent by the time that `append` resolves.
      this.#taken += some.length;
      await this.waiting.append(some);
      if (this.waiting.lines >= batchSize) this.#start();
      else this.#timer ??= setTimeout(() => this.#start(), flushIntervalMs).unref();
    }
  }

  /**
   * Resolves when every line taken so far has been sent. Rejects as soon as a batch fails, in which case the lines are kept and
   * sent again, and if any line was given up since the last flush. A pause that the server asked for is not cut short.
   */
  async flush(): Promise<void> {
    if (this.#dealtWith < this.#taken) {
      if (this.#closed) throw new TelemetryUnavailable('The telemetry store is closed.');
      if (this.#failure !== null && this.#options.now() < this.#notBefore) throw this.#failure;
      const done = this.#until(this.#taken);
      this.#retry.abort();
      this.#start();
      await done;
    }
    this.#reportLost();
  }

  /** Sends no more. What is left stays on disk; without a disk it is given up, and this rejects. Flush first. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#retry.abort();
    await this.#draining;
    await this.waiting.close();
    this.#options.refusals.flush();
    this.#reportLost();
  }

  /** Waits until there is room again, or sending fails: that is told to those who flush. */
  async #room(): Promise<void> {
    while (this.waiting.fullness > 0.5 && this.#failure === null && !this.#closed) {
      this.#start();
      await this.#until(this.#dealtWith + 1).catch(() => undefined);
    }
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#closed) return;
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
    });
  }

  async #drain(): Promise<void> {
    const [first, longest] = this.#options.retryDelayMs;
    let wait = first;
    let delivery: Delivery | null = null;
    while (!this.#closed) {
      delivery ??= await this.#next();
      if (delivery === null) return;
      const setback = await delivery.attempt();
      if (setback === null) {
        await this.waiting.forget();
        this.#dealtWith += delivery.lines;
        delivery = null;
        wait = first;
        this.#goesWell();
      } else {
        this.#failed(setback);
        await this.#pause(Math.max(setback.patient ? longest : wait, setback.atLeastMs ?? 0));
        wait = Math.min(wait * 2, longest);
      }
    }
  }

  async #next(): Promise<Delivery | null> {
    const batch = await this.waiting.next(this.#options.batchSize * BACKLOG_BATCHES);
    const onRefused = (points: number, reason: string, detail: string): void => {
      this.waiting.losses.addRefused(reason, points);
      this.#options.refusals.add(reason, points, detail);
      this.#note(points, detail);
    };
    return batch === null ? null : new Delivery(batch, { send: this.#options.send, onRefused });
  }

  #goesWell(): void {
    if (this.#failure !== null) {
      this.#options.log.info({ waiting: this.waiting.lines }, 'telemetry is being sent again');
    }
    this.#failure = null;
    this.waiting.trouble = null;
    this.#settleWaiters();
  }

  #failed({ error, atLeastMs }: Setback): void {
    if (this.#failure?.message !== error.message) {
      const { lines } = this.waiting;
      this.#options.log.warn({ reason: error.message, waiting: lines }, 'telemetry cannot be sent; it is kept');
    }
    this.#failure = error;
    this.#notBefore = this.#options.now() + (atLeastMs ?? 0);
    this.waiting.trouble = error.message;
    this.#rejectWaiters(error);
  }

  /** Ends early for a flush or a close. */
  async #pause(ms: number): Promise<void> {
    if (this.#closed) return;
    this.#retry = new AbortController();
    await delay(ms, undefined, { signal: this.#retry.signal, ref: false }).catch(() => undefined);
  }

  #lose(count: number, reason: string): void {
    this.#dealtWith += count;
    this.#note(count, reason);
    this.#settleWaiters();
  }

  #note(count: number, reason: string): void {
    this.#lost = { count: (this.#lost?.count ?? 0) + count, reason };
    this.#options.onLost(count, reason);
  }

  #reportLost(): void {
    const lost = this.#lost;
    this.#lost = null;
    if (lost !== null) throw new TelemetryUnavailable(`${lost.count} points were not stored: ${lost.reason}`);
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
