import type postgres from 'postgres';
import type { FleetRouter } from '../../model/fleet-file.ts';
import type { FleetProblem } from '../../model/fleet-problem.ts';
import type { RouterDifference } from './report.ts';

const CHUNK = 5000;

/** The columns that a file can change, and how a difference shows each. */
const COLUMNS: Readonly<Record<string, string>> = {
  mgmt_ip: 'host(%.mgmt_ip)',
  mgmt_port: '%.mgmt_port',
  snmp_port: '%.snmp_port',
  site: '(SELECT name FROM sites AS s WHERE s.id = %.site_id AND s.organization_id = current_org_id())',
  vendor: '(SELECT name FROM vendors AS v WHERE v.id = %.vendor_id)',
  model: '(SELECT name FROM models AS m WHERE m.id = %.model_id)',
  serial: '%.serial',
  current_ver: '%.current_ver',
  target_ver: '%.target_ver',
  status: '%.status',
  redundancy_group: '%.redundancy_group',
};
const STORED =
  'mgmt_ip, mgmt_port, snmp_port, site_id, vendor_id, model_id, serial, current_ver, target_ver, status, redundancy_group';

export interface RouterImport {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly differences: readonly RouterDifference[];
  readonly problems: readonly FleetProblem[];
}

/** Writes one organization's routers, within its scope: new ones, and those that differ, known by hostname. */
export async function importRouters(
  sql: postgres.TransactionSql,
  routers: readonly FleetRouter[],
  organization: string,
): Promise<RouterImport> {
  if (routers.length === 0) return { inserted: 0, updated: 0, unchanged: 0, differences: [], problems: [] };
  await stage(sql, routers);
  const problems = await refuseTakenIds(sql, organization);
  const differences = await compare(sql, organization);
  await sql`
    UPDATE routers AS r SET (${sql.unsafe(STORED)}) = ROW(${sql.unsafe(qualified('w'))})
    FROM wanted_routers AS w
    WHERE r.organization_id = current_org_id() AND r.id = w.id AND w.known
      AND (${sql.unsafe(qualified('r'))}) IS DISTINCT FROM (${sql.unsafe(qualified('w'))})`;
  await sql`
    INSERT INTO routers (organization_id, id, hostname, ${sql.unsafe(STORED)})
    SELECT current_org_id(), id, hostname, ${sql.unsafe(STORED)} FROM wanted_routers WHERE NOT known`;
  await sql`DROP TABLE wanted_routers`;
  const inserted = differences.filter(({ kind }) => kind === 'insert').length;
  const updated = differences.length - inserted;
  const unchanged = routers.length - problems.length - differences.length;
  return { inserted, updated, unchanged, differences, problems };
}

/** Puts the routers as they are to be into a temporary table: what the file leaves open is filled in from what is there. */
async function stage(sql: postgres.TransactionSql, routers: readonly FleetRouter[]): Promise<void> {
  await sql`
    CREATE TEMPORARY TABLE fleet_routers (id text, hostname text, "managementAddress" inet, "managementPort" integer, "snmpPort" integer, site text,
      vendor text, model text, serial text, "runningVersion" text, "targetVersion" text, "keepTarget" boolean, status text,
      "redundancyGroup" text, "keepGroup" boolean)
    ON COMMIT DROP`;
  for (let start = 0; start < routers.length; start += CHUNK) {
    const chunk = routers.slice(start, start + CHUNK).map((router) => ({
      ...router,
      id: router.id ?? router.hostname,
      keepTarget: router.targetVersion === undefined,
      keepGroup: router.redundancyGroup === undefined,
    }));
    await sql`
      INSERT INTO fleet_routers
      SELECT * FROM json_populate_recordset(NULL::fleet_routers, ${JSON.stringify(chunk)}::text::json)`;
  }
  await sql`
    CREATE TEMPORARY TABLE wanted_routers ON COMMIT DROP AS
    SELECT coalesce(r.id, f.id) AS id, f.hostname, r.id IS NOT NULL AS known, f."managementAddress" AS mgmt_ip,
      coalesce(f."managementPort", r.mgmt_port, 22) AS mgmt_port, coalesce(f."snmpPort", r.snmp_port, 161) AS snmp_port, coalesce(s.id, r.site_id) AS site_id,
      coalesce(v.id, r.vendor_id) AS vendor_id, coalesce(m.id, r.model_id) AS model_id, coalesce(f.serial, r.serial) AS serial,
      coalesce(nullif(f."runningVersion", 'unknown'), r.current_ver, 'unknown') AS current_ver,
      CASE WHEN f."keepTarget" THEN r.target_ver ELSE f."targetVersion" END AS target_ver,
      coalesce(f.status, r.status, 'active') AS status,
      CASE WHEN f."keepGroup" THEN r.redundancy_group ELSE f."redundancyGroup" END AS redundancy_group
    FROM fleet_routers AS f
    LEFT JOIN routers AS r ON r.organization_id = current_org_id() AND r.hostname = f.hostname
    LEFT JOIN sites AS s ON s.organization_id = current_org_id() AND s.name = f.site
    LEFT JOIN vendors AS v ON v.name = f.vendor
    LEFT JOIN models AS m ON m.vendor_id = v.id AND m.name = f.model`;
  await sql`DROP TABLE fleet_routers`;
}

/** An id is for ever one router's: a new hostname cannot have that of another. */
async function refuseTakenIds(sql: postgres.TransactionSql, organization: string): Promise<readonly FleetProblem[]> {
  const taken = await sql<{ id: string; hostname: string; owner: string }[]>`
    DELETE FROM wanted_routers AS w USING routers AS r
    WHERE NOT w.known AND r.organization_id = current_org_id() AND r.id = w.id
    RETURNING w.id, w.hostname, r.hostname AS owner`;
  return taken.map(({ id, hostname, owner }) => ({
    line: null,
    where: `router ${hostname}`,
    fault: `its id ${id} belongs to ${owner} of ${organization}`,
  }));
}

async function compare(sql: postgres.TransactionSql, organization: string): Promise<readonly RouterDifference[]> {
  const pairs = Object.entries(COLUMNS).map(
    ([name, show]) => `('${name}', to_jsonb(${show.replace('%', 'r')}), to_jsonb(${show.replace('%', 'w')}))`,
  );
  const inserted = await sql<{ routerId: string; hostname: string }[]>`
    SELECT id AS "routerId", hostname FROM wanted_routers WHERE NOT known ORDER BY hostname COLLATE "C"`;
  // First which differ, then how: few do, and showing a difference costs much more than finding it.
  const updated = await sql<Pick<RouterDifference, 'routerId' | 'hostname' | 'before' | 'after'>[]>`
    WITH changed AS MATERIALIZED (
      SELECT w.id FROM wanted_routers AS w JOIN routers AS r ON r.organization_id = current_org_id() AND r.id = w.id
      WHERE w.known AND (${sql.unsafe(qualified('r'))}) IS DISTINCT FROM (${sql.unsafe(qualified('w'))}))
    SELECT w.id AS "routerId", w.hostname, d.before, d.after
    FROM changed
    JOIN wanted_routers AS w ON w.id = changed.id
    JOIN routers AS r ON r.organization_id = current_org_id() AND r.id = w.id
    CROSS JOIN LATERAL (
      SELECT jsonb_object_agg(c.name, c.old) AS before, jsonb_object_agg(c.name, c.new) AS after
      FROM (VALUES ${sql.unsafe(pairs.join(', '))}) AS c (name, old, new)
      WHERE c.old IS DISTINCT FROM c.new) AS d
    ORDER BY w.hostname COLLATE "C"`;
  return [
    ...inserted.map((row): RouterDifference => ({ ...row, organization, kind: 'insert', before: {}, after: {} })),
    ...updated.map((row): RouterDifference => ({ ...row, organization, kind: 'update' })),
  ];
}

function qualified(table: string): string {
  return STORED.split(', ')
    .map((column) => `${table}.${column}`)
    .join(', ');
}
