import type { Writing } from './read-writing.ts';

/** Points usually wait for the next batch only; from this age on something holds them up, milliseconds. */
const LATE_MS = 60_000;
/** Losses are worth a line on the screen for so long, milliseconds. */
const NEWS_MS = 24 * 3_600_000;

/** Whether points wait that should have been sent: the server does not take them, or their writer is gone. */
export function isBehind({ waiting, trouble, abandoned, oldestAt }: Writing, now: number): boolean {
  return waiting > 0 && (trouble !== null || abandoned > 0 || (oldestAt !== null && oldestAt < now - LATE_MS));
}

/** Whether points were dropped, refused or damaged within a day. */
export function lostLately({ lossAt }: Writing, now: number): boolean {
  return lossAt !== null && lossAt > now - NEWS_MS;
}

export function refusedPoints({ refused }: Writing): number {
  return Object.values(refused).reduce((sum, points) => sum + points, 0);
}
