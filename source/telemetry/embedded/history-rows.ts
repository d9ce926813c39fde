import type postgres from 'postgres';
import type { HistorySubject, InterfaceSubject } from '../../model/telemetry.ts';
import { DAY_MS, HOUR_MS, type HistoryPlan } from '../history-plan.ts';
import type { RollupCollector } from '../rollups.ts';
import type { TimeWindow } from '../store.ts';
import { inHourly, inRaw } from './conditions.ts';
import { hourOf, RAW_HOURS } from './raw-span.ts';

interface SpanRow {
  readonly start: number;
  readonly sum: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

const HOURLY_DAYS = 30;

/** Hourly sums are kept for 30 days, those that fill a week up for some days longer, which is promised to nobody. */
function hoursKeptFrom(now: number): number {
  return hourOf(now) - RAW_HOURS * HOUR_MS - HOURLY_DAYS * DAY_MS;
}

/** Of what came before this time nothing is kept. There are no hourly sums of interfaces. */
export function keptFrom(subject: HistorySubject, now: number): number {
  return isOfInterface(subject) ? hourOf(now) - RAW_HOURS * HOUR_MS : hoursKeptFrom(now);
}

/** Column of telemetry_raw; sum, count, least and greatest of telemetry_hourly. */
const COLUMNS = {
  cpu: ['cpu_percent', 'cpu_sum', 'cpu_samples', 'cpu_min', 'cpu_max'],
  memory: ['memory_free_percent', 'memory_sum', 'memory_samples', 'memory_min', 'memory_max'],
  // An hour's errors are kept as their number only.
  errors: ['critical_errors', 'critical_errors', null, 'critical_errors', 'critical_errors'],
} as const;

const INTERFACE_COLUMNS = { in: 'in_bytes_rate', out: 'out_bytes_rate', errors: 'error_count' } as const;

/** The readings and the hourly sums of a router, by hours, or by the steps of a plan for single readings. */
export async function collectHistory(
  sql: postgres.Sql,
  collector: RollupCollector,
  routerId: string,
  subject: HistorySubject,
  { plan, now }: { readonly plan: HistoryPlan; readonly now: number },
): Promise<void> {
  const [start = 0, second = 0] = plan.edges;
  const window = { start: Math.max(start, keptFrom(subject, now)), end: plan.edges.at(-1) ?? 0 };
  const stepMs = plan.resolution === 'raw' ? second - start : HOUR_MS;
  const origin = plan.resolution === 'raw' ? start : 0;
  const rows = await sql<SpanRow[]>`
    SELECT
      (greatest(round(extract(epoch FROM time) * 1000)::int8 - ${origin}::int8, 0) / ${stepMs}::int8 * ${stepMs}::int8 + ${origin}::int8)::float8
        AS start,
      sum(sum)::float8 AS sum, sum(count)::int4 AS count, min(min)::float8 AS min, max(max)::float8 AS max
    FROM (${samples(sql, routerId, subject, window)}) AS parts
    GROUP BY 1`;
  for (const { start: at, ...rollup } of rows) collector.add(at, rollup);
}

/** One statement, so that a roll cannot come in between. */
function samples(sql: postgres.Sql, routerId: string, subject: HistorySubject, window: TimeWindow) {
  if (isOfInterface(subject)) {
    const value = sql(INTERFACE_COLUMNS[subject.figure]);
    return sql`
      SELECT time, ${value} AS sum, 1 AS count, ${value} AS min, ${value} AS max
      FROM telemetry_interfaces
      WHERE router_id = ${routerId} AND interface_name = ${subject.interfaceName} AND ${inRaw(sql, window)} AND ${value} IS NOT NULL`;
  }
  const [column, sum, count, min, max] = COLUMNS[subject];
  const value = sql(column);
  return sql`
    SELECT time, ${value} AS sum, 1 AS count, ${value} AS min, ${value} AS max
    FROM telemetry_raw WHERE router_id = ${routerId} AND ${inRaw(sql, window)} AND ${value} IS NOT NULL
    UNION ALL
    SELECT hour, ${sql(sum)}, ${count === null ? sql`1` : sql(count)}, ${sql(min)}, ${sql(max)}
    FROM telemetry_hourly WHERE router_id = ${routerId} AND ${inHourly(sql, window)} AND ${sql(sum)} IS NOT NULL`;
}

function isOfInterface(subject: HistorySubject): subject is InterfaceSubject {
  return typeof subject === 'object';
}
