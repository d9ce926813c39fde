import type { TimeWindow } from './store.ts';
import { CLOCK_SKEW_MS } from './validate-point.ts';

const TWO_HOURS_MS = 2 * 3_600_000;

/** What "latest" looks back over: two hours, and as far ahead as a device's clock may be. */
export function latestWindow(now: number): TimeWindow {
  return { start: now - TWO_HOURS_MS, end: now + CLOCK_SKEW_MS + 1 };
}
