import { flux, fluxExpression, type ParameterizedQuery } from '@influxdata/influxdb-client';
import type { SeriesName } from '../../model/telemetry.ts';
import type { SeriesCollector, Steps } from '../steps.ts';
import { milliseconds, read, readCriticalErrors, type Scope, together } from './flux-parts.ts';
import type { FluxRow } from './rows.ts';

/**
 * Sums and counts by router and step. Windows of `aggregateWindow` are aligned to the epoch, so the offset moves them to the
 * start of ours, and a step is named by its start rather than, as by default, by its end.
 */
export function seriesQuery(scope: Scope, name: SeriesName, steps: Steps): ParameterizedQuery {
  const samples = samplesOf(scope, name);
  return together([
    flux`${samples} ${windowed(steps, 'sum')} |> yield(name: "sum")`,
    flux`${samples} ${windowed(steps, 'count')} |> yield(name: "count")`,
  ]);
}

/** An aggregate of each series by step, a row each. */
export function windowed(
  { start, stepMs }: Pick<Steps, 'start' | 'stepMs'>,
  fn: 'sum' | 'count' | 'min' | 'max',
): ParameterizedQuery {
  const every = milliseconds(stepMs);
  const offset = milliseconds(start % stepMs);
  return flux`|> aggregateWindow(every: ${every}, offset: ${offset}, fn: ${fluxExpression(fn)}, createEmpty: false, timeSrc: "_start")
  |> group() |> keep(columns: ["router_id", "_time", "_value"])`;
}

/** In how many steps the CPU was read: a row each series, of which a router has several when its site or vendor changed. */
export function coverageQuery(scope: Scope, { start, stepMs }: Steps): ParameterizedQuery {
  const every = milliseconds(stepMs);
  const offset = milliseconds(start % stepMs);
  return flux`${samplesOf(scope, 'cpu')}
  |> aggregateWindow(every: ${every}, offset: ${offset}, fn: count, createEmpty: false) |> count()
  |> group() |> keep(columns: ["router_id", "_value"])`;
}

/** Adds one row of the answer to {@link seriesQuery}. */
export function addSeriesRow(collector: SeriesCollector, row: FluxRow): void {
  const value = row.number('_value');
  const [sum, count] = row.result === 'sum' ? [value, 0] : [0, value];
  collector.add(row.text('router_id'), row.time('_time'), sum, count);
}

function samplesOf(scope: Scope, name: SeriesName): ParameterizedQuery {
  if (name === 'cpu') return read(scope, 'cpu', 'usage_percent');
  return name === 'memory' ? read(scope, 'memory', 'free_percent') : readCriticalErrors(scope);
}
