import { setTimeout as delay } from 'node:timers/promises';
import type { InfluxSettings } from '../../config/settings.ts';
import type { Point } from '../../model/telemetry.ts';
import { RefusalLog } from '../refusal-log.ts';
import { sortPoints } from '../sort-points.ts';
import { destinationFolder } from '../spool/destination.ts';
import { readWriting, type Writing } from '../spool/read-writing.ts';
import { silentLog, type WritingLog } from '../spool/writing-log.ts';
import type { WriteResult } from '../store.ts';
import type { InfluxConnection } from './connection.ts';
import { lineOf } from './line-protocol.ts';
import { sendLines } from './send-lines.ts';
import { WriteQueue } from './write-queue.ts';

export interface InfluxWriterOptions {
  /** Milliseconds since the epoch; the system clock if left out. */
  readonly now?: () => number;
  /** Where accepted points wait on disk, and how many bytes of them at most; left out: in memory only. */
  readonly spool?: { readonly directory: string; readonly maxBytes: number };
  readonly log?: WritingLog;
  /** Told when accepted points are given up: too many in an outage, refused by the server, or left over at the end without a disk. */
  readonly onLost?: (count: number, reason: string) => void;
  readonly writeTimeoutMs?: number;
  /** First and longest wait before a failed batch is sent again, milliseconds. */
  readonly retryDelayMs?: readonly [first: number, longest: number];
  /** Points held in memory at most while neither the server nor the disk takes them. */
  readonly maxQueued?: number;
}

/** The writing half of the store: validates, keeps, sends. */
export class InfluxWriter {
  readonly #queue: WriteQueue;
  readonly #now: () => number;
  readonly #writeTimeoutMs: number;
  readonly #refusals: RefusalLog;
  /** For this server and bucket; null: no disk. */
  readonly #directory: string | null;

  constructor(connection: InfluxConnection, settings: InfluxSettings, options: InfluxWriterOptions) {
    const { spool, log = silentLog } = options;
    this.#now = options.now ?? Date.now;
    this.#writeTimeoutMs = options.writeTimeoutMs ?? 10_000;
    this.#refusals = new RefusalLog(log, this.#now);
    this.#directory = spool === undefined ? null : destinationFolder(spool.directory, settings);
    this.#queue = new WriteQueue({
      batchSize: settings.batchSize,
      flushIntervalMs: settings.flushIntervalMs,
      spool:
        spool === undefined || this.#directory === null
          ? null
          : { directory: this.#directory, maxBytes: spool.maxBytes },
      maxMemoryLines: options.maxQueued ?? Math.max(100_000, settings.batchSize * 10),
      retryDelayMs: options.retryDelayMs ?? [1000, 30_000],
      now: this.#now,
      log,
      refusals: this.#refusals,
      send: (text) => connection.request(this.#writeTimeoutMs, (client) => sendLines(client, settings, text)),
      onLost: options.onLost ?? (() => undefined),
    });
  }

  async write(points: readonly Point[]): Promise<WriteResult> {
    const { accepted, refused } = sortPoints(points, this.#now());
    for (const [reason, count] of Object.entries(refused)) {
      this.#queue.waiting.losses.addRefused(reason, count);
      this.#refusals.add(reason, count);
    }
    if (accepted.length > 0) await this.#queue.add(accepted.map((point) => lineOf(point)));
    return { accepted: accepted.length, refused };
  }

  flush(): Promise<void> {
    return this.#queue.flush();
  }

  /** What waits and what was lost, of this process and of all others that write to the same bucket from the same folder. */
  async writing(): Promise<Writing> {
    const { waiting } = this.#queue;
    if (this.#directory === null) return { ...waiting.state, abandoned: 0 };
    return readWriting(this.#directory, this.#now(), { name: waiting.folderName, state: waiting.state });
  }

  /** Sends what it can. `cut` ends what is under way then; the rest stays on disk. Rejects if accepted points are lost. */
  async close(cut: () => void): Promise<void> {
    // In an outage the first batch fails at once, or after its time-out; a server that is merely slow gets two time-outs.
    const late = delay(2 * this.#writeTimeoutMs, undefined, { ref: false });
    await Promise.race([this.#queue.flush(), late]).catch(() => undefined);
    const closed = this.#queue.close();
    cut();
    await closed;
  }
}
