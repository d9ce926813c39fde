import type postgres from 'postgres';
import type { InterfaceReading } from '../../model/telemetry.ts';
import type { TimeWindow } from '../store.ts';
import { inRaw } from './conditions.ts';

interface InterfaceRow {
  readonly interface_name: string;
  readonly in_bytes_rate: number | null;
  readonly out_bytes_rate: number | null;
  readonly errors: number | null;
  readonly admin_up: boolean;
  readonly oper_up: boolean;
  readonly at: number;
}

/** The newest reading of each interface and its errors in the window. There are no hourly sums of interfaces. */
export async function readInterfaces(
  sql: postgres.Sql,
  routerId: string,
  window: TimeWindow,
): Promise<readonly InterfaceReading[]> {
  const rows = await sql<InterfaceRow[]>`
    SELECT DISTINCT ON (interface_name) interface_name, in_bytes_rate, out_bytes_rate, admin_up, oper_up,
      (sum(error_count) OVER (PARTITION BY interface_name))::float8 AS errors, extract(epoch FROM time)::float8 * 1000 AS at
    FROM telemetry_interfaces
    WHERE router_id = ${routerId} AND ${inRaw(sql, window)}
    ORDER BY interface_name, time DESC`;
  return rows
    .map((row) => ({
      name: row.interface_name,
      inBytesPerSecond: row.in_bytes_rate,
      outBytesPerSecond: row.out_bytes_rate,
      errors: row.errors,
      adminUp: row.admin_up,
      operUp: row.oper_up,
      at: Math.round(row.at),
    }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
