import type { TimeWindow } from '../store.ts';

const HOUR_MS = 3_600_000;
export const RAW_HOURS = 2;

/** The start of the hour that contains a time. */
export function hourOf(time: number): number {
  return Math.floor(time / HOUR_MS) * HOUR_MS;
}

/** Whether the single readings cover a window, so that the hourly sums need not be asked: they begin two full hours ago. */
export function isWithinRaw(window: TimeWindow, now: number): boolean {
  return window.start >= hourOf(now) - RAW_HOURS * HOUR_MS;
}
