import { flux, type ParameterizedQuery } from '@influxdata/influxdb-client';
import type { HistorySubject } from '../../model/telemetry.ts';
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
import {
  CRITICAL,
  ofInterface,
  read,
  readAggregates,
  readCriticalErrors,
  readOfInterface,
  type Scope,
  type SummedBy,
  together,
} from './flux-parts.ts';
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
export function historySources(
  subject: HistorySubject,
  { resolution, edges }: HistoryPlan,
  now: number,
): HistorySource[] {
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
    if (window.start >= window.end || (kind === 'hourly' && subject !== 'cpu')) return false;
    return kind !== 'monthly' || resolution === 'month';
  });
}

/** How long back a source goes, milliseconds. */
export function keptOf({ kind }: HistorySource): number {
  if (kind === 'readings') return RAW_KEPT_MS;
  return kind === 'monthly' ? HISTORICAL_KEPT_MS : AGGREGATED_KEPT_MS;
}

/** Sum, count, least and greatest of each span. */
export function historyQuery(scope: Scope, subject: HistorySubject, source: HistorySource): ParameterizedQuery {
  if (source.kind !== 'readings') {
    // Counts are integers and the others are not: they stay grouped by field.
    return flux`${sumsOf(scope, subject, source.kind)} |> keep(columns: ["_time", "_field", "_value"])`;
  }
  const samples = samplesOf(scope, subject);
  const steps = { start: source.window.start, stepMs: source.stepMs };
  return together(
    (['sum', 'count', 'min', 'max'] as const).map(
      (fn) => flux`${samples} ${windowed(steps, fn)} |> yield(name: ${fn})`,
    ),
  );
}

const INTERFACE_FIELDS = { in: 'in_bytes_rate', out: 'out_bytes_rate', errors: 'error_count' } as const;

function samplesOf(scope: Scope, subject: HistorySubject): ParameterizedQuery {
  if (subject === 'cpu') return read(scope, 'cpu', 'usage_percent');
  if (subject === 'memory') return read(scope, 'memory', 'free_percent');
  if (subject === 'errors') return readCriticalErrors(scope);
  return readOfInterface(scope, subject.interfaceName, INTERFACE_FIELDS[subject.figure]);
}

function sumsOf(scope: Scope, subject: HistorySubject, by: SummedBy): ParameterizedQuery {
  if (subject === 'cpu') return readAggregates(scope, 'cpu', by, 'usage_percent');
  if (subject === 'memory') return readAggregates(scope, 'memory', by, 'free_percent');
  if (subject === 'errors') return readAggregates(scope, 'errors', by, 'error_count', CRITICAL);
  const { interfaceName, figure } = subject;
  return readAggregates(scope, 'interfaces', by, INTERFACE_FIELDS[figure], ofInterface(interfaceName));
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
