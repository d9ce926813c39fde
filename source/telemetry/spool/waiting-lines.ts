import { existsSync } from 'node:fs';
import { adoptAbandoned, type Adopted } from './adopt-folder.ts';
import { Losses } from './losses.ts';
import { MemoryLines } from './memory-lines.ts';
import { leaveFolder, openFolder, type OpenedFolder } from './open-folder.ts';
import { recordOf } from './record.ts';
import type { Batch } from './spool.ts';
import { StateKeeper } from './state-keeper.ts';
import type { WritingLog } from './writing-log.ts';
import type { WritingState } from './writing-state.ts';

export interface WaitingOptions {
  /** Where lines wait on disk, and how many bytes of them at most; null: in memory only. */
  readonly spool: { readonly directory: string; readonly maxBytes: number } | null;
  /** Lines held in memory at most, without a disk. */
  readonly maxMemoryLines: number;
  readonly now: () => number;
  readonly log: WritingLog;
  /** Told of accepted lines that are given up, and of lines of other writers that have come to us. */
  readonly onLost: (count: number, reason: string) => void;
  readonly onAdopted: (count: number) => void;
}

/** How long a disk that failed is left alone, and how often writers that are gone are looked for, milliseconds. */
const DISK_AGAIN_MS = 5000;
const ADOPT_EVERY_MS = 60_000;

/**
 * Accepted lines on their way to the server, first in, first out: on disk, each before it counts as accepted, or in memory while
 * there is no disk. Opens its folder with the first line, so that who only reads takes nothing over.
 */
export class WaitingLines {
  readonly losses: Losses;
  /** Why nothing is being sent; the queue sets it. */
  trouble: string | null = null;
  readonly #options: WaitingOptions;
  readonly #memory = new MemoryLines();
  #opened: OpenedFolder | null = null;
  #keeper: StateKeeper | null = null;
  #sending: 'disk' | 'memory' | null = null;
  #diskFailed = false;
  #diskAgainAt = 0;
  #adoptAt = 0;
  /** Calls run one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: WaitingOptions) {
    this.#options = options;
    this.losses = new Losses(options.now);
  }

  get lines(): number {
    return (this.#opened?.spool.lines ?? 0) + this.#memory.lines;
  }

  /** How full the place is where the next line goes, from 0 to 1. */
  get fullness(): number {
    const { spool, maxMemoryLines } = this.#options;
    if (this.#opened === null || spool === null || this.#diskFailed) return this.#memory.lines / maxMemoryLines;
    return this.#opened.spool.bytes / spool.maxBytes;
  }

  get state(): WritingState {
    const spool = this.#opened?.spool;
    return {
      waiting: this.lines,
      bytes: (spool?.bytes ?? 0) + this.#memory.bytes,
      oldestAt: spool?.oldestAt ?? this.#memory.oldestAt,
      inMemory: this.#memory.lines,
      ...this.losses.state,
      trouble: this.trouble,
    };
  }

  /** Name of our folder in the directory; null while there is none. */
  get folderName(): string | null {
    return this.#opened?.name ?? null;
  }

  /** Accepts lines: resolves when they are on disk, or in memory if the disk does not take them. */
  append(lines: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      this.#memory.add(recordOf(lines, this.#options.now()));
      await this.#toDisk();
      this.#dropFromMemory(this.#options.maxMemoryLines, 'too many were waiting');
      this.#keeper?.changed();
    });
  }

  /** The oldest lines, which stay until `forget`. */
  next(maxLines: number): Promise<Batch | null> {
    return this.#inTurn(async () => {
      const onDisk = (await this.#opened?.spool.next(maxLines)) ?? null;
      const batch = onDisk ?? this.#memory.next(maxLines);
      this.#sending = batch === null ? null : onDisk === null ? 'memory' : 'disk';
      return batch;
    });
  }

  /** What `next` gave has been dealt with. */
  forget(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#sending === 'memory') this.#memory.forget();
      // A place that cannot be kept only means that these are sent twice if the process is killed now.
      else await this.#opened?.spool.forget().catch(() => undefined);
      this.#sending = null;
      this.#keeper?.changed();
    });
  }

  /** Leaves what waits on disk to the next writer; what only memory had is lost. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      this.#memory.putBack();
      this.#diskAgainAt = 0;
      if (this.#memory.lines > 0) await this.#toDisk();
      this.#dropFromMemory(0, 'the store was closed before they were sent');
      const opened = this.#opened;
      if (opened === null) return;
      await opened.spool.close().catch(() => undefined);
      await this.#keeper?.close();
      await leaveFolder(opened, opened.spool.lines === 0 && this.losses.state.lossAt === null);
      this.#opened = null;
    });
  }

  /** Moves what is in memory to disk, oldest first, as far as the disk takes it. */
  async #toDisk(): Promise<void> {
    const now = this.#options.now();
    if (this.#options.spool === null || now < this.#diskAgainAt) return;
    try {
      const opened = (this.#opened ??= await this.#open(this.#options.spool));
      for (let record = this.#memory.first; record !== null; record = this.#memory.first) {
        await opened.spool.append(record);
        this.#memory.shift();
      }
      if (this.#diskFailed) this.#options.log.info({}, 'telemetry is spooled to disk again');
      this.#diskFailed = false;
      if (now >= this.#adoptAt) await this.#adopt(opened, this.#options.spool.directory);
    } catch (error) {
      this.#diskAgainAt = now + DISK_AGAIN_MS;
      await this.#leaveIfRemoved();
      if (!this.#diskFailed) {
        const { directory } = this.#options.spool;
        this.#options.log.warn(
          { err: error, directory },
          'the telemetry spool cannot be written: points wait in memory, and are lost if this process ends',
        );
      }
      this.#diskFailed = true;
    }
  }

  /** Somebody may have removed the folder: what was in it is lost, and the next try makes a new one. */
  async #leaveIfRemoved(): Promise<void> {
    const opened = this.#opened;
    if (opened === null || existsSync(opened.folder)) return;
    this.#opened = null;
    if (opened.spool.lines > 0) this.#lose(opened.spool.lines, 'the folder of the spool was removed');
    await opened.spool.close().catch(() => undefined);
    await this.#keeper?.close();
    await leaveFolder(opened, false);
  }

  async #open({ directory, maxBytes }: { directory: string; maxBytes: number }): Promise<OpenedFolder> {
    const opened = await openFolder(directory, {
      maxBytes,
      onLost: (count, reason) => this.#lose(count, reason),
      onDamaged: (records) => this.#damaged(records),
    });
    this.#keeper = new StateKeeper(opened.folder, () => this.state);
    this.#adoptAt = this.#options.now() + ADOPT_EVERY_MS;
    this.#tellAdopted(opened.adopted);
    return opened;
  }

  async #adopt({ folder, spool }: OpenedFolder, directory: string): Promise<void> {
    this.#adoptAt = this.#options.now() + ADOPT_EVERY_MS;
    this.#tellAdopted(await adoptAbandoned(directory, folder, spool));
  }

  #tellAdopted({ lines, damaged, states }: Adopted): void {
    this.losses.carryOver(states);
    if (damaged > 0) this.#damaged(damaged);
    if (lines === 0) return;
    this.#options.log.info({ points: lines }, 'telemetry left over from a writer that ended is sent now');
    this.#options.onAdopted(lines);
  }

  #lose(count: number, reason: string): void {
    this.losses.addDropped(count);
    this.#options.onLost(count, reason);
  }

  #damaged(records: number): void {
    this.losses.addDamaged(records);
    this.#options.log.warn({ records }, 'records of the telemetry spool cannot be read');
  }

  #dropFromMemory(maxLines: number, reason: string): void {
    let dropped = 0;
    while (this.#memory.lines > maxLines && this.#memory.first !== null) dropped += this.#memory.shift()?.lines ?? 0;
    if (dropped > 0) this.#lose(dropped, reason);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
