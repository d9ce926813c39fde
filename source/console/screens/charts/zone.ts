import type { Router } from '../../../model/router.ts';
import { type ClockMode, formatClock, formatTime } from '../../format/times.ts';
import type { PlotOptions } from '../../components/plot/plot-rows.ts';
import type { WindowName } from './figures.ts';

/** Days and months of sums are those of the calendar in UTC. */
const BY_DAYS: ReadonlySet<WindowName> = new Set(['30d', '1y']);

/** The zone that all routers are in, or UTC. */
export function commonZone(routers: readonly Router[], mode: ClockMode): string {
  const zones = new Set(routers.map(({ timeZone }) => timeZone));
  const [only] = zones;
  return mode === 'site' && only !== undefined && zones.size === 1 ? only : 'UTC';
}

/** How the time axis is labelled. */
export function timeLabels(window: WindowName, zone: string, at: number): PlotOptions['times'] {
  const timeZone = BY_DAYS.has(window) ? 'UTC' : zone;
  const [from, to] = window === '1y' ? [0, 7] : window === '30d' || window === '7d' ? [5, 10] : [11, 16];
  return {
    label: (time) => formatTime(time, 'site', timeZone).slice(from, to),
    width: to - from,
    offsetMs: offsetOf(at, timeZone),
    zone: formatClock(at, 'site', timeZone).slice(6),
  };
}

/** A time to the minute, with its zone. */
export function exactTime(at: number, window: WindowName, zone: string): string {
  return formatTime(at, 'site', BY_DAYS.has(window) ? 'UTC' : zone);
}

/** What the zone is ahead of UTC at a time, milliseconds. */
function offsetOf(at: number, timeZone: string): number {
  const whole = Math.floor(at / 60_000) * 60_000;
  const [date = '', clock = ''] = formatTime(whole, 'site', timeZone).split(' ');
  return Date.parse(`${date}T${clock}:00Z`) - whole;
}
