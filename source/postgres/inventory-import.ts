import type postgres from 'postgres';
import type { FleetFile } from '../model/fleet-file.ts';
import type { Actor } from '../model/operator.ts';
import { appendAudit } from './audit.ts';
import { becomeOwner } from './become-owner.ts';
import type { Transactor } from './database.ts';
import { auditOf, type OrganizationPart } from './inventory/audit.ts';
import { completeFleet } from './inventory/complete-fleet.ts';
import { importPolicies } from './inventory/policies.ts';
import { type ImportReport, joinSections } from './inventory/report.ts';
import { importRouters } from './inventory/routers.ts';
import { importCatalogue, importPeople, importSites } from './inventory/vocabulary.ts';

/** Any constant will do, as long as nothing else in the database uses it. */
const LOCK = 7_203_416;
const AUDIT_CHUNK = 5000;
const STATEMENT_TIMEOUT_MS = 600_000;

export interface ImportOptions {
  /** Says what would change and changes nothing. */
  readonly dryRun: boolean;
  /** Loads what fits although other entries do not. */
  readonly skipBad?: boolean;
  /** Who loads it; null: the administrator of the database. */
  readonly actor: Actor | null;
}

/**
 * Brings the inventory to what a fleet file says: adds and updates, never deletes. Everything is one transaction, with the audit
 * rows of each organization; after a dry run, or with problems (unless `skipBad`), nothing is written. `admin` logs in as
 * the database's administrator, who may become `netup_owner`.
 */
export async function importInventory(
  admin: Transactor,
  file: FleetFile,
  options: ImportOptions,
): Promise<ImportReport> {
  try {
    return await admin.transaction(
      async (sql) => {
        const report = await runImport(sql, file, options);
        if (!report.written) throw new Undone(report);
        return report;
      },
      { statementTimeoutMs: STATEMENT_TIMEOUT_MS },
    );
  } catch (error) {
    if (error instanceof Undone) return error.report;
    throw error;
  }
}

/** Rolls the transaction back, and brings out what it would have done. */
class Undone extends Error {
  readonly report: ImportReport;

  constructor(report: ImportReport) {
    super('The import is undone.');
    this.report = report;
  }
}

async function runImport(sql: postgres.TransactionSql, file: FleetFile, options: ImportOptions): Promise<ImportReport> {
  await becomeOwner(sql);
  await sql`SELECT pg_advisory_xact_lock(${LOCK})`;
  const fleet = completeFleet(file, {
    organizations: (await sql<{ slug: string }[]>`SELECT slug FROM organizations`).map(({ slug }) => slug),
    models: await sql<{ vendor: string; name: string }[]>`
      SELECT v.name AS vendor, m.name FROM models AS m JOIN vendors AS v ON v.id = m.vendor_id`,
  });
  const people = await importPeople(sql, fleet);
  const catalogue = { ...(await importCatalogue(sql, fleet)), policies: await importPolicies(sql, fleet, null) };
  const parts: OrganizationPart[] = [];
  for (const { id, slug } of await listOrganizations(sql)) {
    await enter(sql, id);
    const routers = fleet.routers.filter(({ organization }) => organization === slug);
    parts.push({
      id,
      slug,
      sites: await importSites(sql, fleet, slug),
      policies: await importPolicies(sql, fleet, slug),
      routers: await importRouters(sql, routers, slug),
    });
  }
  for (const part of parts) {
    const entries = auditOf(part, { ...people, ...catalogue }, options.actor);
    await enter(sql, part.id);
    for (let start = 0; start < entries.length; start += AUDIT_CHUNK) {
      await appendAudit(sql, entries.slice(start, start + AUDIT_CHUNK));
    }
  }
  const problems = [...fleet.problems, ...parts.flatMap(({ routers }) => routers.problems)];
  return {
    written: !options.dryRun && (problems.length === 0 || options.skipBad === true),
    sections: {
      ...people,
      ...catalogue,
      sites: joinSections(parts.map(({ sites }) => sites)),
      policies: joinSections([catalogue.policies, ...parts.map(({ policies }) => policies)]),
    },
    routers: {
      inserted: sum(parts, ({ routers }) => routers.inserted),
      updated: sum(parts, ({ routers }) => routers.updated),
      unchanged: sum(parts, ({ routers }) => routers.unchanged),
    },
    differences: parts.flatMap(({ routers }) => routers.differences),
    problems,
  };
}

/** In one order for all imports. */
async function listOrganizations(sql: postgres.TransactionSql): Promise<readonly { id: string; slug: string }[]> {
  return sql<{ id: string; slug: string }[]>`SELECT id, slug FROM organizations ORDER BY slug`;
}

/** From here on the transaction works for this organization. */
async function enter(sql: postgres.TransactionSql, organizationId: string): Promise<void> {
  await sql`SELECT set_config('app.current_org_id', ${organizationId}, true)`;
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
