import type { HistorySubject } from '../model/telemetry.ts';
import { cutIntoSteps } from './steps.ts';
import type { TimeWindow } from './store.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** The finest that a history is put together from: single readings, or sums of hours, days or months by the calendar in UTC. */
export type Resolution = 'raw' | 'hour' | 'day' | 'month';

/** What a window is cut into. */
export interface HistoryPlan {
  readonly resolution: Resolution;
  /** Starts of the steps, and the end of the last one: whole hours, days or months, unless the readings are single. */
  readonly edges: readonly number[];
}

/** Up to this length single readings are read. */
const RAW_WINDOW_MS = 12 * HOUR_MS;
/** Retention of the buckets of influx/schema.yml. */
export const RAW_KEPT_MS = 7 * DAY_MS;
export const AGGREGATED_KEPT_MS = 90 * DAY_MS;
export const HISTORICAL_KEPT_MS = 730 * DAY_MS;

/**
 * Chooses by the window what a history is made of, and cuts it into about `wanted` steps: single readings up to half a day, hours up to a
 * week, hours (CPU) or days up to 90 days, months beyond that, as these are what the tasks of InfluxDB keep. Windows are rounded
 * outwards to whole steps, so there may be one more than wanted. Throws RangeError for an empty window or no steps.
 */
export function planHistory(subject: HistorySubject, window: TimeWindow, wanted: number, now: number): HistoryPlan {
  const steps = cutIntoSteps(window, wanted);
  const resolution = resolutionFor(subject, window, steps.stepMs, now);
  if (resolution === 'month') return { resolution, edges: monthEdges(window) };
  if (resolution === 'raw') {
    const inner = Array.from({ length: steps.count }, (_, step) => steps.start + step * steps.stepMs);
    return { resolution, edges: [...inner, window.end] };
  }
  const unit = resolution === 'hour' ? HOUR_MS : DAY_MS;
  const width = Math.ceil(steps.stepMs / unit) * unit;
  const first = Math.floor(window.start / width);
  const count = Math.ceil(window.end / width) - first;
  return { resolution, edges: Array.from({ length: count + 1 }, (_, step) => (first + step) * width) };
}

function resolutionFor(subject: HistorySubject, { start, end }: TimeWindow, stepMs: number, now: number): Resolution {
  const age = now - start;
  if (end - start <= RAW_WINDOW_MS && age <= RAW_KEPT_MS) return 'raw';
  if (age <= RAW_KEPT_MS) return 'hour';
  if (age > AGGREGATED_KEPT_MS) return 'month';
  return subject === 'cpu' && stepMs < DAY_MS ? 'hour' : 'day';
}

/** The first of each month from that of the start to the one after the end. */
function monthEdges({ start, end }: TimeWindow): number[] {
  const edges = [startOfMonth(start)];
  for (let last = startOfMonth(start); last < end; edges.push(last)) last = startOfMonth(last, 1);
  return edges;
}

/** The start of the hour, day or month that a time is in. */
export function startOf(resolution: Exclude<Resolution, 'raw'>, time: number): number {
  if (resolution === 'month') return startOfMonth(time);
  const unit = resolution === 'hour' ? HOUR_MS : DAY_MS;
  return Math.floor(time / unit) * unit;
}

function startOfMonth(time: number, later = 0): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1);
}
