import type postgres from 'postgres';
import type { TimeWindow } from '../store.ts';
import { arrayLiteral } from './array-literal.ts';
import { hourOf } from './raw-span.ts';

type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** Rows whose time is in a window. */
export function inWindow(sql: postgres.Sql, { start, end }: TimeWindow): Fragment {
  return sql`time >= to_timestamp(${start}::float8 / 1000) AND time < to_timestamp(${end}::float8 / 1000)`;
}

/** Rows of telemetry_raw and telemetry_interfaces in a window. Rows that telemetry_hourly has already are left out. */
export function inRaw(sql: postgres.Sql, window: TimeWindow): Fragment {
  return sql`${inWindow(sql, window)} AND time >= (SELECT raw_from FROM telemetry_state)`;
}

/** Rows of telemetry_hourly in a window, rounded outwards to whole hours. */
export function inHourly(sql: postgres.Sql, { start, end }: TimeWindow): Fragment {
  return sql`hour >= to_timestamp(${hourOf(start)}::float8 / 1000) AND hour < to_timestamp(${end}::float8 / 1000)`;
}

/**
 * Groups rows of a table by router: of all routers if `routerIds` is null, else of those named, looked up one by one. Written so
 * that PostgreSQL cannot but use the index for these: for 50 of 10,000 routers it would rather read the whole table.
 */
export function byRouter(
  sql: postgres.Sql,
  routerIds: readonly string[] | null,
  { columns, from, groupBy }: Grouped,
): Fragment {
  if (routerIds === null) return sql`SELECT router_id, ${columns} FROM ${from} GROUP BY router_id ${groupBy}`;
  return sql`
    SELECT wanted.router_id, found.*
    FROM unnest(${arrayLiteral([...new Set(routerIds)])}::text[]) AS wanted (router_id)
    CROSS JOIN LATERAL (
      SELECT ${columns} FROM ${from} AND router_id = wanted.router_id GROUP BY router_id ${groupBy}
    ) AS found`;
}

/** The parts of a grouped read. `from` ends in a `WHERE` condition; `groupBy` is empty or continues the list. */
interface Grouped {
  readonly columns: Fragment;
  readonly from: Fragment;
  readonly groupBy: Fragment;
}
