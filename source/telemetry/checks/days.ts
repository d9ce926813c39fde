import type { TimeWindow } from '../store.ts';

const DAY = 86_400_000;
/** Longer than single readings are kept. */
const MOST_DAYS = 31;

/**
 * Cuts a window at each midnight in UTC up to `now`, at most a month of them. A bucket of a week has a shard for each such day, and a field has one
 * type in a shard: a question that spans a day with text and one with numbers is answered with one of them, and without the other's points.
 */
export function cutAtMidnights({ start, end }: TimeWindow, now: number): readonly TimeWindow[] {
  const first = (Math.floor(start / DAY) + 1) * DAY;
  const cuts = Array.from({ length: MOST_DAYS }, (_, index) => first + index * DAY).filter(
    (cut) => cut < Math.min(now, end),
  );
  return [start, ...cuts].map((from, index) => ({ start: from, end: cuts[index] ?? end }));
}
