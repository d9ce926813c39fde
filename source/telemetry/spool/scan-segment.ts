import { readFile, truncate } from 'node:fs/promises';
import { decodeRecord } from './record.ts';

/** What a segment file holds from a place on. */
export interface SegmentContent {
  /** Where the last good record ends; what follows is no record. */
  readonly end: number;
  readonly lines: number;
  /** When its first line was accepted, milliseconds since the epoch; null without any. */
  readonly oldestAt: number | null;
  /** Records that cannot be read, the last one cut off in the middle among them. */
  readonly damaged: number;
}

/** Reads a segment through, every checksum with it. */
export async function scanSegment(file: string, from: number): Promise<SegmentContent> {
  const bytes = await readFile(file);
  let at = from;
  let end = from;
  let lines = 0;
  let oldestAt: number | null = null;
  let damaged = 0;
  while (at < bytes.length) {
    const found = decodeRecord(bytes, at);
    if (found.kind === 'record') {
      lines += found.record.lines;
      oldestAt ??= found.record.acceptedAt;
      end = found.end;
    } else {
      damaged += 1;
    }
    at = found.kind === 'short' ? bytes.length : found.end;
  }
  return { end: Math.min(end, bytes.length), lines, oldestAt, damaged };
}

/** Cuts off what follows the last good record: the process was killed, or the power failed, while it was written. */
export async function mendSegment(file: string, from: number): Promise<SegmentContent> {
  const content = await scanSegment(file, from);
  await truncate(file, content.end);
  return content;
}
