import type postgres from 'postgres';
import type { CompleteFleet } from './complete-fleet.ts';
import { type SectionReport, sectionOf } from './report.ts';

/**
 * Writes the policies of one organization, within its scope, or the shared ones (null). A policy is known by its name: of several
 * with one name, the oldest.
 */
export async function importPolicies(
  sql: postgres.TransactionSql,
  fleet: CompleteFleet,
  organization: string | null,
): Promise<SectionReport> {
  const mine = fleet.policies.filter((policy) => policy.organization === organization);
  if (mine.length === 0) return sectionOf([], 0);
  const owner = organization === null ? sql`NULL::uuid` : sql`current_org_id()`;
  await sql`
    CREATE TEMPORARY TABLE fleet_policies ON COMMIT DROP AS
    SELECT f.name, v.id AS vendor_id, m.id AS model_id, s.id AS site_id, f.priority, f."maxCpuPercent" AS max_cpu_percent,
      f."minFreeMemPercent" AS min_free_mem_percent, f."maxCriticalErrors" AS max_critical_errors,
      f."maxDataAgeSeconds" AS max_data_age_seconds, (f."window"->>'weekday')::integer AS window_weekday,
      (f."window"->>'start')::time AS window_start, (f."window"->>'minutes')::integer AS window_minutes,
      f."window"->>'timeZone' AS window_time_zone, coalesce(f."autoApprove", false) AS auto_approve,
      (SELECT min(p.id) FROM upgrade_policies AS p
        WHERE p.name = f.name AND p.organization_id IS NOT DISTINCT FROM ${owner}) AS known
    FROM jsonb_to_recordset(${sql.json(mine)}) AS f (name text, vendor text, model text, "modelVendor" text, site text,
      priority integer, "maxCpuPercent" numeric(5, 2), "minFreeMemPercent" numeric(5, 2), "maxCriticalErrors" integer,
      "maxDataAgeSeconds" integer, "window" jsonb, "autoApprove" boolean)
    LEFT JOIN vendors AS v ON v.name = f.vendor
    LEFT JOIN vendors AS mv ON mv.name = f."modelVendor"
    LEFT JOIN models AS m ON m.vendor_id = mv.id AND m.name = f.model
    LEFT JOIN sites AS s ON s.name = f.site AND s.organization_id = current_org_id()`;
  const columns = sql.unsafe(COLUMNS.join(', '));
  const updated = await sql<{ name: string; inserted: boolean }[]>`
    UPDATE upgrade_policies AS p SET (${columns}) = ROW(${sql.unsafe(prefixed('f'))})
    FROM fleet_policies AS f
    WHERE f.known = p.id
      AND (${sql.unsafe(prefixed('p'))}) IS DISTINCT FROM (${sql.unsafe(prefixed('f'))})
    RETURNING p.name, false AS inserted`;
  const inserted = await sql<{ name: string; inserted: boolean }[]>`
    INSERT INTO upgrade_policies (organization_id, name, ${columns})
    SELECT ${owner}, name, ${columns} FROM fleet_policies WHERE known IS NULL
    RETURNING name, true AS inserted`;
  await sql`DROP TABLE fleet_policies`;
  return sectionOf([...inserted, ...updated], mine.length);
}

const COLUMNS = [
  'vendor_id',
  'model_id',
  'site_id',
  'priority',
  'max_cpu_percent',
  'min_free_mem_percent',
  'max_critical_errors',
  'max_data_age_seconds',
  'window_weekday',
  'window_start',
  'window_minutes',
  'window_time_zone',
  'auto_approve',
];

function prefixed(table: string): string {
  return COLUMNS.map((column) => `${table}.${column}`).join(', ');
}
