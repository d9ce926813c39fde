import type { History } from '../../../model/telemetry.ts';
import { type ClockMode, formatClock, formatTime } from '../../format/times.ts';
import { CHART_WINDOWS, type ChartWindow } from './chart-state.ts';

const NOW = 'now';

interface AxisOptions {
  /** Cells. */
  readonly width: number;
  readonly zone: ClockMode;
  readonly timeZone: string;
  /** When the history was read, milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The two ends of a chart's time axis, and before them, where the store does not go back that far, that it does not. The right end gives
 * way where both do not fit into `width` cells. Hours are the clock's; days and months are those of the sums, by the calendar in UTC.
 */
export function chartEnds(
  history: History,
  window: ChartWindow,
  { width, zone, timeZone, now }: AxisOptions,
): readonly [from: string, to: string] {
  const start = history.steps[0]?.start ?? history.end;
  if (window === '2 h') return [formatClock(start, zone, timeZone), formatClock(history.end, zone, timeZone)];
  const from = absence(history, window, now) ?? `${day(start).slice(0, window === '1 y' ? 7 : 10)} UTC`;
  return [from, from.length + NOW.length + 7 > width ? '' : NOW];
}

/** What of the window, up to `now`, nothing is kept of, and why; null if it is kept whole. */
function absence({ keptFrom, unreadable }: History, window: ChartWindow, now: number): string | null {
  const [bucket] = unreadable;
  if (bucket !== undefined) return `${bucket} cannot be read`;
  return keptFrom > now - CHART_WINDOWS[window].ms ? `no data older than ${day(keptFrom)}` : null;
}

/** How long a step is, for the heading: ` by 12 h`. */
export function stepWords({ steps: [first, second] }: History, window: ChartWindow): string {
  if (window === '1 y') return ' by month';
  if (window === '2 h' || first === undefined || second === undefined) return '';
  const hours = (second.start - first.start) / 3_600_000;
  return hours % 24 === 0 ? ` by ${hours / 24} d` : ` by ${hours} h`;
}

function day(time: number): string {
  return formatTime(time, 'utc', 'UTC').slice(0, 10);
}
