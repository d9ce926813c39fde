import type postgres from 'postgres';
import type { HealthCollector, ReadingAt } from '../health-parts.ts';
import type { TimeWindow } from '../store.ts';
import { byRouter, inHourly, inRaw } from './conditions.ts';
import { isWithinRaw } from './raw-span.ts';

interface HealthRow {
  readonly router_id: string;
  readonly samples: number;
  readonly cpu_sum: number | null;
  readonly cpu_max: number | null;
  readonly cpu_last: number | null;
  readonly cpu_at: number | null;
  readonly memory_min: number | null;
  readonly memory_last: number | null;
  readonly memory_at: number | null;
  readonly critical_errors: number | null;
  readonly newest_at: number;
}

/** The parts of the health of the routers named; of all if null. One statement, so that a roll cannot come in between. */
export async function collectHealth(
  sql: postgres.Sql,
  collector: HealthCollector,
  window: TimeWindow,
  routerIds: readonly string[] | null,
  now: number,
): Promise<void> {
  const raw = rawHealth(sql, window, routerIds);
  const parts = isWithinRaw(window, now) ? raw : sql`${raw} UNION ALL ${hourlyHealth(sql, window, routerIds)}`;
  const rows = await sql<HealthRow[]>`
    SELECT router_id, samples, cpu_sum, cpu_max, cpu_newest[1] AS cpu_at, cpu_newest[2] AS cpu_last,
      memory_min, memory_newest[1] AS memory_at, memory_newest[2] AS memory_last, critical_errors, newest_at
    FROM (${parts}) AS parts`;
  for (const row of rows) {
    collector.add(row.router_id, {
      samples: row.samples,
      cpuSum: row.cpu_sum ?? 0,
      cpuMax: row.cpu_max,
      cpuLatest: readingOf(row.cpu_at, row.cpu_last),
      memoryMinFree: row.memory_min,
      memoryLatest: readingOf(row.memory_at, row.memory_last),
      criticalErrors: row.critical_errors,
      newestAt: Math.round(row.newest_at),
    });
  }
}

function readingOf(at: number | null, value: number | null): ReadingAt | null {
  return at === null || value === null ? null : { at: Math.round(at), value };
}

/** The newest values come out of the same pass as the rest, since arrays compare by their first element, here the time. */
function rawHealth(sql: postgres.Sql, window: TimeWindow, routerIds: readonly string[] | null) {
  const ms = sql`extract(epoch FROM time)::float8 * 1000`;
  const columns = sql`
    count(cpu_percent)::int4 AS samples, sum(cpu_percent) AS cpu_sum, max(cpu_percent) AS cpu_max,
    max(ARRAY[${ms}, cpu_percent]) FILTER (WHERE cpu_percent IS NOT NULL) AS cpu_newest,
    min(memory_free_percent) AS memory_min,
    max(ARRAY[${ms}, memory_free_percent]) FILTER (WHERE memory_free_percent IS NOT NULL) AS memory_newest,
    coalesce(sum(critical_errors), sum(0) FILTER (WHERE warning_errors IS NOT NULL))::float8 AS critical_errors,
    max(${ms}) AS newest_at`;
  return byRouter(sql, routerIds, { columns, from: sql`telemetry_raw WHERE ${inRaw(sql, window)}`, groupBy: sql`` });
}

/** The same columns from the hourly sums. */
function hourlyHealth(sql: postgres.Sql, window: TimeWindow, routerIds: readonly string[] | null) {
  const ms = sql`extract(epoch FROM newest_at)::float8 * 1000`;
  const columns = sql`
    sum(cpu_samples)::int4, sum(cpu_sum), max(cpu_max),
    max(ARRAY[${ms}, cpu_last]) FILTER (WHERE cpu_last IS NOT NULL),
    min(memory_min),
    max(ARRAY[${ms}, memory_last]) FILTER (WHERE memory_last IS NOT NULL),
    sum(critical_errors)::float8,
    max(${ms})`;
  return byRouter(sql, routerIds, {
    columns,
    from: sql`telemetry_hourly WHERE ${inHourly(sql, window)}`,
    groupBy: sql``,
  });
}
