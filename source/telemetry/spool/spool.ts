import { rm } from 'node:fs/promises';
import { CursorFile } from './cursor-file.ts';
import { FreshRecords } from './fresh-records.ts';
import { ReadAhead } from './read-ahead.ts';
import { encodeRecord, sizeOf, type WaitingRecord } from './record.ts';
import { segmentPath } from './segment-names.ts';
import { SegmentWriter } from './segment-writer.ts';

/** Lines to send together. */
export interface Batch {
  readonly text: string;
  readonly lines: number;
}

export interface SpoolOptions {
  /** A folder of this process alone. */
  readonly folder: string;
  /** Bytes of all segments at most; beyond it the oldest segment goes. */
  readonly maxBytes: number;
  /** Bytes of new records that are kept in memory too, so as not to be read again. */
  readonly freshBytes?: number;
  /** Told of accepted lines that are gone, and why. */
  readonly onLost: (count: number, reason: string) => void;
  /** Told of records that cannot be read. */
  readonly onDamaged: (records: number) => void;
}

/** A file of records, and what of it still waits. */
export interface Segment {
  readonly number: number;
  readonly file: string;
  /** Where its last good record ends. */
  length: number;
  /** Where what waits begins. */
  offset: number;
  /** Lines that wait. */
  lines: number;
  oldestAt: number | null;
}

const FRESH_BYTES = 2 * 1024 * 1024;
const CURSOR_EVERY_MS = 100;
const [LEAST_SEGMENT, MOST_SEGMENT] = [64 * 1024, 8 * 1024 * 1024];

/**
 * Lines on disk, first in, first out, in segment files that are only appended to and go as a whole. Every call has to be waited for
 * before the next: `WaitingLines` sees to that. Appending and reading reject when the disk does; then nothing has changed.
 */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #cursor: CursorFile;
  readonly #segmentBytes: number;
  /** Oldest first; while there is a writer, it appends to the last. */
  readonly #segments: Segment[] = [];
  #writer: SegmentWriter | null = null;
  readonly #fresh: FreshRecords;
  readonly #ahead = new ReadAhead();
  #nextNumber = 1;
  #cursorKeptAt = 0;
  #inFlight: { readonly segment: Segment; readonly end: number; readonly lines: number } | null = null;

  private constructor(options: SpoolOptions, cursor: CursorFile) {
    this.#options = options;
    this.#cursor = cursor;
    this.#fresh = new FreshRecords(options.freshBytes ?? FRESH_BYTES);
    this.#segmentBytes = Math.min(Math.max(Math.floor(options.maxBytes / 16), LEAST_SEGMENT), MOST_SEGMENT);
  }

  static async open(options: SpoolOptions): Promise<Spool> {
    return new Spool(options, await CursorFile.open(options.folder));
  }

  get lines(): number {
    return this.#segments.reduce((sum, { lines }) => sum + lines, this.#sentFromMemory);
  }

  /** Bytes that wait, on disk. */
  get bytes(): number {
    return this.#segments.reduce((sum, { length, offset }) => sum + length - offset, 0);
  }

  get oldestAt(): number | null {
    return this.#segments.find(({ lines }) => lines > 0)?.oldestAt ?? null;
  }

  /** The number that the next segment gets. */
  get nextNumber(): number {
    return this.#nextNumber;
  }

  /** Takes in a segment of a writer that is gone; its file must already have the name for `nextNumber`. */
  async adopt(segment: Omit<Segment, 'number'>): Promise<void> {
    await this.#rotate();
    this.#segments.push({ ...segment, number: this.#nextNumber });
    this.#nextNumber += 1;
    await this.#makeRoom(0);
  }

  async append(record: WaitingRecord): Promise<void> {
    const size = sizeOf(record);
    if (this.#writer !== null && this.#writer.length > 0 && this.#writer.length + size > this.#segmentBytes) {
      await this.#rotate();
    }
    const { writer, active } = await this.#activeSegment();
    await this.#makeRoom(size);
    await writer.append(encodeRecord(record));
    if (active.lines === 0) active.oldestAt = record.acceptedAt;
    this.#fresh.add(active, { from: active.length, end: writer.length }, record);
    active.length = writer.length;
    active.lines += record.lines;
  }

  /** The oldest lines, whole records of them, at most `maxLines` unless the first has more. They stay until `forget`. */
  async next(maxLines: number): Promise<Batch | null> {
    for (;;) {
      const [segment] = this.#segments;
      if (segment === undefined) return null;
      if (segment.offset < segment.length) {
        const read = await this.#read(segment, maxLines);
        if (read !== null) return read;
      } else if (this.#isActive(segment)) {
        return null;
      } else {
        await this.#removeRead(segment);
      }
    }
  }

  /** The lines that `next` gave have been dealt with. */
  async forget(): Promise<void> {
    if (this.#inFlight === null) return;
    const { segment, end, lines } = this.#inFlight;
    this.#inFlight = null;
    segment.offset = end;
    segment.lines -= lines;
    if (this.#segments[0] === segment) await this.#keepCursor(segment);
    if (end === segment.length && !this.#isActive(segment)) await this.#removeRead(segment);
  }

  /** Removes the files in which nothing waits. */
  async close(): Promise<void> {
    if (this.#sentFromMemory > 0) this.#options.onLost(this.#sentFromMemory, 'too many were waiting');
    this.#inFlight = null;
    await this.#rotate();
    for (const segment of this.#segments.filter(({ lines }) => lines === 0)) await this.#remove(segment);
    const [head] = this.#segments;
    if (head !== undefined) await this.#cursor.keep({ segment: head.number, offset: head.offset });
    await this.#cursor.close();
  }

  /** Lines that are being sent while their segment is gone already. */
  get #sentFromMemory(): number {
    return this.#inFlight === null || this.#segments.includes(this.#inFlight.segment) ? 0 : this.#inFlight.lines;
  }

  async #activeSegment(): Promise<{ writer: SegmentWriter; active: Segment }> {
    const last = this.#segments.at(-1);
    if (this.#writer !== null && last !== undefined) return { writer: this.#writer, active: last };
    const number = this.#nextNumber;
    const file = segmentPath(this.#options.folder, number);
    const writer = await SegmentWriter.create(file);
    const active: Segment = { number, file, length: 0, offset: 0, lines: 0, oldestAt: null };
    this.#writer = writer;
    this.#segments.push(active);
    this.#nextNumber = number + 1;
    return { writer, active };
  }

  #isActive(segment: Segment): boolean {
    return this.#writer !== null && segment === this.#segments.at(-1);
  }

  /** A place that is a little old costs nothing but that some lines are sent twice after a crash. */
  async #keepCursor({ number, offset }: Segment): Promise<void> {
    const now = performance.now();
    if (this.lines > 0 && now - this.#cursorKeptAt < CURSOR_EVERY_MS) return;
    this.#cursorKeptAt = now;
    await this.#cursor.keep({ segment: number, offset });
  }

  /** Null if nothing there could be read; what is damaged is passed over. */
  async #read(segment: Segment, maxLines: number): Promise<Batch | null> {
    const fresh = this.#fresh.take(segment, segment.offset, maxLines);
    if (fresh !== null) return this.#send(segment, fresh);
    const { file, offset: from, length } = segment;
    const read = await this.#ahead.read({ file, from }, length, maxLines);
    if (read === null) {
      if (this.#isActive(segment)) await this.#rotate();
      this.#options.onLost(segment.lines, 'a file of the spool cannot be read');
      await this.#remove(segment);
      return null;
    }
    if (read.damaged > 0) {
      this.#options.onDamaged(read.damaged);
      // How many lines that were comes out when the segment has been read to its end.
      if (this.#isActive(segment)) await this.#rotate();
    }
    if (read.lines === 0) {
      segment.offset = read.end;
      return null;
    }
    return this.#send(segment, read);
  }

  #send(segment: Segment, read: Batch & { readonly end: number; readonly oldestAt: number | null }): Batch {
    segment.oldestAt = read.oldestAt;
    this.#inFlight = { segment, end: read.end, lines: read.lines };
    return { text: read.text, lines: read.lines };
  }

  /** Drops the oldest segments until `size` more bytes fit. Lines that are being sent are not lost by it. */
  async #makeRoom(size: number): Promise<void> {
    const used = (): number => this.#segments.reduce((sum, { length }) => sum + length, 0);
    while (used() + size > this.#options.maxBytes) {
      const [oldest] = this.#segments;
      if (oldest === undefined || this.#isActive(oldest)) return;
      const sending = this.#inFlight?.segment === oldest ? this.#inFlight.lines : 0;
      await this.#remove(oldest);
      if (oldest.lines > sending) this.#options.onLost(oldest.lines - sending, 'too many were waiting');
    }
  }

  async #removeRead(segment: Segment): Promise<void> {
    await this.#remove(segment);
    if (segment.lines > 0) this.#options.onLost(segment.lines, 'they were damaged on disk');
  }

  async #remove(segment: Segment): Promise<void> {
    const at = this.#segments.indexOf(segment);
    if (at >= 0) this.#segments.splice(at, 1);
    await rm(segment.file, { force: true });
  }

  async #rotate(): Promise<void> {
    const writer = this.#writer;
    this.#writer = null;
    await writer?.close();
  }
}
