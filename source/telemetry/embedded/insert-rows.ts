import type postgres from 'postgres';
import { arrayLiteral } from './array-literal.ts';
import type { InterfacePoint, OrganizationRows, RawRow } from './rows.ts';

const ROWS_PER_STATEMENT = 10_000;

/** Stores rows; a field that a row does not have stays as it is stored. `sql` works for the organization that the rows belong to. */
export async function insertRows(sql: postgres.Sql, { raw, interfaces }: OrganizationRows): Promise<void> {
  for (const rows of slices(raw)) await insertRaw(sql, rows);
  for (const rows of slices(interfaces)) await insertInterfaces(sql, rows);
}

async function insertRaw(sql: postgres.Sql, rows: readonly RawRow[]): Promise<void> {
  await sql`
    INSERT INTO telemetry_raw AS stored
      (organization_id, router_id, time, cpu_percent, memory_free_percent, critical_errors, warning_errors)
    SELECT (SELECT current_org_id()), router_id, to_timestamp(ms / 1000), cpu, memory_free, critical, warning
    FROM unnest(
      ${arrayLiteral(rows.map((row) => row.routerId))}::text[],
      ${arrayLiteral(rows.map((row) => row.time))}::float8[],
      ${arrayLiteral(rows.map((row) => row.cpu))}::float8[],
      ${arrayLiteral(rows.map((row) => row.memoryFree))}::float8[],
      ${arrayLiteral(rows.map((row) => row.critical))}::int4[],
      ${arrayLiteral(rows.map((row) => row.warning))}::int4[]
    ) AS row (router_id, ms, cpu, memory_free, critical, warning)
    ON CONFLICT (organization_id, router_id, time) DO UPDATE SET
      cpu_percent = coalesce(excluded.cpu_percent, stored.cpu_percent),
      memory_free_percent = coalesce(excluded.memory_free_percent, stored.memory_free_percent),
      critical_errors = coalesce(excluded.critical_errors, stored.critical_errors),
      warning_errors = coalesce(excluded.warning_errors, stored.warning_errors)`;
}

async function insertInterfaces(sql: postgres.Sql, points: readonly InterfacePoint[]): Promise<void> {
  await sql`
    INSERT INTO telemetry_interfaces
      (organization_id, router_id, interface_name, time, in_bytes_rate, out_bytes_rate, error_count, admin_up, oper_up)
    SELECT (SELECT current_org_id()), router_id, interface_name, to_timestamp(ms / 1000), in_rate, out_rate, errors, admin_up, oper_up
    FROM unnest(
      ${arrayLiteral(points.map((point) => point.tags.router_id))}::text[],
      ${arrayLiteral(points.map((point) => point.interfaceName))}::text[],
      ${arrayLiteral(points.map((point) => point.time))}::float8[],
      ${arrayLiteral(points.map((point) => point.fields.in_bytes_rate))}::float8[],
      ${arrayLiteral(points.map((point) => point.fields.out_bytes_rate))}::float8[],
      ${arrayLiteral(points.map((point) => point.fields.error_count))}::int4[],
      ${arrayLiteral(points.map((point) => point.fields.admin_status === 1))}::bool[],
      ${arrayLiteral(points.map((point) => point.fields.oper_status === 1))}::bool[]
    ) AS row (router_id, interface_name, ms, in_rate, out_rate, errors, admin_up, oper_up)
    ON CONFLICT (organization_id, router_id, interface_name, time) DO UPDATE SET
      in_bytes_rate = excluded.in_bytes_rate,
      out_bytes_rate = excluded.out_bytes_rate,
      error_count = excluded.error_count,
      admin_up = excluded.admin_up,
      oper_up = excluded.oper_up`;
}

function* slices<T>(rows: readonly T[]): Iterable<readonly T[]> {
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT) yield rows.slice(at, at + ROWS_PER_STATEMENT);
}
