import { flux, type ParameterizedQuery } from '@influxdata/influxdb-client';
import type { HistoryName } from '../../model/telemetry.ts';
import {
  AGGREGATED_KEPT_MS,
  DAY_MS,
  HISTORICAL_KEPT_MS,
  HOUR_MS,
  type HistoryPlan,
  RAW_KEPT_MS,
} from '../history-plan.ts';
import type { RollupCollector } from '../rollups.ts';
import type { TimeWindow } from '../store.ts';
import { read, readAggregates, type Scope, together } from './flux-parts.ts';
import type { FluxRow } from './rows.ts';
import { windowed } from './series-query.ts';

/** One account of a history: single readings put together by the server, or what a task has put together before. */
export type HistorySource =
  | { readonly kind: 'readings'; readonly window: TimeWindow; readonly stepMs: number }
  | { readonly kind: 'hourly' | 'daily' | 'monthly'; readonly window: TimeWindow; readonly bucket: string };

/** In influx/schema.yml. The bucket of single readings is the one of INFLUX_BUCKET. */
const AGGREGATED = 'telemetry_aggregated';
const HISTORICAL = 'telemetry_historical';

/**
 * What a plan is read from, finest first. Readings are read for as long as they are kept, whole hours or days only; of the same time they
 * and the sums of the tasks are two accounts, of which the fuller one holds.
 */
export function historySources(name: HistoryName, { resolution, edges }: HistoryPlan, now: number): HistorySource[] {
  const [start = 0, second = 0] = edges;
  const end = edges.at(-1) ?? 0;
  if (resolution === 'raw') return [{ kind: 'readings', window: { start, end }, stepMs: second - start }];
  const stepMs = resolution === 'hour' ? HOUR_MS : DAY_MS;
  const since = (kept: number): TimeWindow => ({ start: Math.max(start, now - kept), end });
  const whole = Math.ceil((now - RAW_KEPT_MS) / stepMs) * stepMs;
  const sources: readonly HistorySource[] = [
    { kind: 'readings', window: { start: Math.max(start, whole), end }, stepMs },
    resolution === 'hour'
      ? { kind: 'hourly', window: since(AGGREGATED_KEPT_MS), bucket: AGGREGATED }
      : { kind: 'daily', window: since(AGGREGATED_KEPT_MS), bucket: AGGREGATED },
    { kind: 'monthly', window: since(HISTORICAL_KEPT_MS), bucket: HISTORICAL },
  ];
  return sources.filter(({ kind, window }) => {
    if (window.start >= window.end || (kind === 'hourly' && name !== 'cpu')) return false;
    return kind !== 'monthly' || resolution === 'month';
  });
}

/** How long back a source goes, milliseconds. */
export function keptOf({ kind }: HistorySource): number {
  if (kind === 'readings') return RAW_KEPT_MS;
  return kind === 'monthly' ? HISTORICAL_KEPT_MS : AGGREGATED_KEPT_MS;
}

/** Sum, count, least and greatest of each span. */
export function historyQuery(scope: Scope, name: HistoryName, source: HistorySource): ParameterizedQuery {
  if (source.kind !== 'readings') {
    // Counts are integers and the others are not: they stay grouped by field.
    const { kind } = source;
    const sums =
      name === 'cpu'
        ? readAggregates(scope, 'cpu', kind, 'usage_percent')
        : readAggregates(scope, 'memory', kind, 'free_percent');
    return flux`${sums} |> keep(columns: ["_time", "_field", "_value"])`;
  }
  const samples = name === 'cpu' ? read(scope, 'cpu', 'usage_percent') : read(scope, 'memory', 'free_percent');
  const steps = { start: source.window.start, stepMs: source.stepMs };
  return together(
    (['sum', 'count', 'min', 'max'] as const).map(
      (fn) => flux`${samples} ${windowed(steps, fn)} |> yield(name: ${fn})`,
    ),
  );
}

/** Adds one row of the answer to {@link historyQuery}. */
export function addHistoryRow(collector: RollupCollector, { kind }: HistorySource, row: FluxRow): void {
  const part = kind === 'readings' ? row.result : row.text('_field').replace(/^.*_/u, '');
  const value = row.number('_value');
  const start = row.time('_time');
  if (part === 'sum') collector.add(start, { sum: value });
  else if (part === 'count') collector.add(start, { count: value });
  else if (part === 'min') collector.add(start, { min: value });
  else if (part === 'max') collector.add(start, { max: value });
  else throw new TypeError(`No such part of the history query: ${part}`);
}
