import type { TimeWindow } from '../store.ts';
import { BEGINNING, FAR_AHEAD } from './questions.ts';

/** Points that one query copies, about. */
const POINTS = 250_000;
const SHORTEN_TO_MS = 60_000;
const LENGTHEN_TO_MS = 30 * 86_400_000;
/** Room for points that come while the copy goes on, and for clocks that are ahead. */
const AHEAD_MS = 10 * 60_000;

/**
 * Cuts all of time into pieces of about as many points as one query should copy: equal ones for the span that has points, one for all
 * before it and two for all after it, so that nothing is outside of every piece.
 */
export function cutIntoChunks(span: TimeWindow, points: number, now: number): readonly TimeWindow[] {
  const wanted = Math.ceil(((span.end - span.start) * POINTS) / Math.max(1, points));
  const length = Math.min(LENGTHEN_TO_MS, Math.max(SHORTEN_TO_MS, wanted));
  const chunks: TimeWindow[] = [{ start: BEGINNING, end: span.start }];
  for (let { start } = span; start < span.end; start += length) chunks.push({ start, end: start + length });
  const end = chunks.at(-1)?.end ?? BEGINNING;
  const soon = Math.max(end, now + AHEAD_MS);
  return [...chunks, { start: end, end: soon }, { start: soon, end: FAR_AHEAD }];
}

/** Retention's end moves on while points are written. */
const MARGIN_MS = 60_000;

/** The oldest time that a bucket with this retention still takes, milliseconds. */
export function oldestKept(retentionSeconds: number, now: number): number {
  return retentionSeconds === 0 ? BEGINNING : now - retentionSeconds * 1000 + MARGIN_MS;
}

/** The part of a window that is not older than `oldest`; null: nothing. */
export function notOlder({ start, end }: TimeWindow, oldest: number): TimeWindow | null {
  const from = Math.max(start, oldest);
  return from >= end ? null : { start: from, end };
}
