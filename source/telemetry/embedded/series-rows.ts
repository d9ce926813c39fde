import type postgres from 'postgres';
import type { SeriesName } from '../../model/telemetry.ts';
import type { SeriesCollector, Steps } from '../steps.ts';
import type { TimeWindow } from '../store.ts';
import { byRouter, inHourly, inRaw } from './conditions.ts';
import { isWithinRaw } from './raw-span.ts';

interface StepRow {
  readonly router_id: string;
  readonly step: number;
  readonly sum: number;
  readonly count: number;
}

/** Column of telemetry_raw, and sum and count of telemetry_hourly. */
const COLUMNS = {
  cpu: ['cpu_percent', 'cpu_sum', 'cpu_samples'],
  memory: ['memory_free_percent', 'memory_sum', 'memory_samples'],
  errors: ['critical_errors', 'critical_errors', 'critical_errors'],
} as const;

/** Sums and counts by router and step. An hour's sum falls into the step that the hour begins in. */
export async function collectSeries(
  sql: postgres.Sql,
  collector: SeriesCollector,
  routerIds: readonly string[],
  name: SeriesName,
  { window, steps, now }: { readonly window: TimeWindow; readonly steps: Steps; readonly now: number },
): Promise<void> {
  const raw = rawSteps(sql, routerIds, name, window, steps);
  const rows = isWithinRaw(window, now)
    ? await sql<StepRow[]>`${raw}`
    : await sql<StepRow[]>`${raw} UNION ALL ${hourlySteps(sql, routerIds, name, window, steps)}`;
  for (const { router_id, step, sum, count } of rows) collector.addAtStep(router_id, step, sum, count);
}

/** In how many steps the CPU of each router was read. */
export async function countCovered(
  sql: postgres.Sql,
  routerIds: readonly string[] | null,
  { window, steps, now }: { readonly window: TimeWindow; readonly steps: Steps; readonly now: number },
): Promise<ReadonlyMap<string, number>> {
  const raw = byRouter(sql, routerIds, {
    columns: sql`${stepOf(sql, 'time', steps)} AS step`,
    from: sql`telemetry_raw WHERE ${inRaw(sql, window)} AND cpu_percent IS NOT NULL`,
    groupBy: sql`, step`,
  });
  const hourly = byRouter(sql, routerIds, {
    columns: sql`${stepOf(sql, 'hour', steps)} AS step`,
    from: sql`telemetry_hourly WHERE ${inHourly(sql, window)} AND cpu_samples > 0`,
    groupBy: sql`, step`,
  });
  const all = isWithinRaw(window, now) ? raw : sql`${raw} UNION ${hourly}`;
  const rows = await sql<{ router_id: string; steps: number }[]>`
    SELECT router_id, count(*)::int4 AS steps FROM (${all}) AS covered GROUP BY router_id`;
  return new Map(rows.map((row) => [row.router_id, row.steps]));
}

function rawSteps(sql: postgres.Sql, ids: readonly string[], name: SeriesName, window: TimeWindow, steps: Steps) {
  const value = sql(COLUMNS[name][0]);
  return byRouter(sql, ids, {
    columns: sql`${stepOf(sql, 'time', steps)} AS step, sum(${value})::float8 AS sum, count(*)::int4 AS count`,
    from: sql`telemetry_raw WHERE ${inRaw(sql, window)} AND ${value} IS NOT NULL`,
    groupBy: sql`, step`,
  });
}

function hourlySteps(sql: postgres.Sql, ids: readonly string[], name: SeriesName, window: TimeWindow, steps: Steps) {
  const [, sum, count] = COLUMNS[name];
  return byRouter(sql, ids, {
    columns: sql`${stepOf(sql, 'hour', steps)} AS step, sum(${sql(sum)})::float8 AS sum, sum(${sql(count)})::int4 AS count`,
    from: sql`telemetry_hourly WHERE ${inHourly(sql, window)} AND ${sql(sum)} IS NOT NULL`,
    groupBy: sql`, step`,
  });
}

/** In whole milliseconds, so that the borders of steps fall as exactly as in the other store. */
function stepOf(sql: postgres.Sql, column: 'time' | 'hour', { start, stepMs }: Steps) {
  const sinceStart = sql`round(extract(epoch FROM ${sql(column)}) * 1000)::int8 - ${start}::int8`;
  return sql`(greatest(${sinceStart}, 0) / ${stepMs}::int8)::int4`;
}
