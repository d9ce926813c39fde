import type postgres from 'postgres';
import { arrayLiteral } from './array-literal.ts';
import type { DetailRow, InterfaceRow, OrganizationRows, RawRow } from './rows.ts';

const ROWS_PER_STATEMENT = 10_000;

/** Stores rows; a field that a row does not have stays as it is stored. `sql` works for the organization that the rows belong to. */
export async function insertRows(
  sql: postgres.Sql,
  { raw, interfaces, details, upgrades }: OrganizationRows,
): Promise<void> {
  for (const rows of slices(raw)) await insertRaw(sql, rows);
  for (const rows of slices(interfaces)) await insertInterfaces(sql, rows);
  for (const rows of slices(details)) await insertDetails(sql, 'telemetry_details', rows);
  for (const rows of slices(upgrades)) await insertDetails(sql, 'telemetry_upgrades', rows);
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

async function insertInterfaces(sql: postgres.Sql, rows: readonly InterfaceRow[]): Promise<void> {
  await sql`
    INSERT INTO telemetry_interfaces AS stored
      (organization_id, router_id, interface_name, time, in_bytes_rate, out_bytes_rate, error_count, admin_up, oper_up)
    SELECT (SELECT current_org_id()), router_id, interface_name, to_timestamp(ms / 1000), in_rate, out_rate, errors, admin_up, oper_up
    FROM unnest(
      ${arrayLiteral(rows.map((row) => row.routerId))}::text[],
      ${arrayLiteral(rows.map((row) => row.name))}::text[],
      ${arrayLiteral(rows.map((row) => row.time))}::float8[],
      ${arrayLiteral(rows.map((row) => row.inRate))}::float8[],
      ${arrayLiteral(rows.map((row) => row.outRate))}::float8[],
      ${arrayLiteral(rows.map((row) => row.errors))}::int4[],
      ${arrayLiteral(rows.map((row) => row.adminUp))}::bool[],
      ${arrayLiteral(rows.map((row) => row.operUp))}::bool[]
    ) AS row (router_id, interface_name, ms, in_rate, out_rate, errors, admin_up, oper_up)
    ON CONFLICT (organization_id, router_id, interface_name, time) DO UPDATE SET
      in_bytes_rate = coalesce(excluded.in_bytes_rate, stored.in_bytes_rate),
      out_bytes_rate = coalesce(excluded.out_bytes_rate, stored.out_bytes_rate),
      error_count = coalesce(excluded.error_count, stored.error_count),
      admin_up = excluded.admin_up,
      oper_up = excluded.oper_up`;
}

async function insertDetails(
  sql: postgres.Sql,
  table: 'telemetry_details' | 'telemetry_upgrades',
  rows: readonly DetailRow[],
): Promise<void> {
  await sql`
    INSERT INTO ${sql(table)} AS stored (organization_id, router_id, measurement, part, time, fields)
    SELECT (SELECT current_org_id()), router_id, measurement, part, to_timestamp(ms / 1000), fields
    FROM unnest(
      ${arrayLiteral(rows.map((row) => row.routerId))}::text[],
      ${arrayLiteral(rows.map((row) => row.measurement))}::text[],
      ${arrayLiteral(rows.map((row) => row.part))}::text[],
      ${arrayLiteral(rows.map((row) => row.time))}::float8[],
      ${arrayLiteral(rows.map((row) => JSON.stringify(row.fields)))}::jsonb[]
    ) AS row (router_id, measurement, part, ms, fields)
    ON CONFLICT (organization_id, router_id, measurement, part, time) DO UPDATE SET
      fields = stored.fields || excluded.fields`;
}

function* slices<T>(rows: readonly T[]): Iterable<readonly T[]> {
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT) yield rows.slice(at, at + ROWS_PER_STATEMENT);
}
