import type postgres from 'postgres';
import type { Actor } from '../model/operator.ts';
import { DEFAULT_LIMITS, type UpgradeLimits } from '../model/upgrade-limits.ts';
import { appendAudit, type AuditEntry } from './audit.ts';
import { appendAuditEverywhere } from './audit-everywhere.ts';
import { becomeOwner } from './become-owner.ts';
import type { OrganizationScope, Transactor } from './database.ts';

/** The limits, and how many upgrades of the organization have a slot now. */
export interface LimitsInUse extends UpgradeLimits {
  readonly inUse: number;
}

type OrganizationLimits = Pick<UpgradeLimits, 'perSite' | 'perOrganization'>;

/** Reads what holds for an organization. */
export async function readLimits({ sql }: Pick<OrganizationScope, 'sql'>): Promise<LimitsInUse> {
  const [row] = await sql<[{ overall: number | null; inUse: number }]>`
    SELECT (SELECT most_at_once FROM upgrade_engine) AS overall,
      (SELECT count(*)::int FROM upgrade_queue WHERE slot_at IS NOT NULL) AS "inUse"`;
  return { ...(await organizationLimits(sql)), ...row };
}

/** Changes the limits of an organization, audited; what is left out stays. Nothing is written if all is so already. */
export async function setLimits(
  scope: OrganizationScope,
  actor: Actor,
  change: Partial<OrganizationLimits>,
): Promise<void> {
  await scope.transaction(async (sql) => {
    const before = await organizationLimits(sql, true);
    const after = { ...before, ...change };
    if (after.perSite === before.perSite && after.perOrganization === before.perOrganization) return;
    await sql`
      INSERT INTO upgrade_limits (organization_id, per_site, per_organization)
      VALUES (current_org_id(), ${after.perSite}, ${after.perOrganization})
      ON CONFLICT (organization_id) DO UPDATE
      SET per_site = excluded.per_site, per_organization = excluded.per_organization, updated_at = now()`;
    await appendAudit(sql, [entry(actor, { ...before }, { ...after })]);
  });
}

/** Sets the limit over all organizations, audited in each. `admin` logs in as the database's administrator. */
export async function setOverallLimit(admin: Transactor, overall: number | null): Promise<void> {
  await admin.transaction(async (sql) => {
    await becomeOwner(sql);
    const [before] = await sql<[{ overall: number | null }]>`
      SELECT most_at_once AS overall FROM upgrade_engine FOR UPDATE`;
    if (before.overall === overall) return;
    await sql`UPDATE upgrade_engine SET most_at_once = ${overall}`;
    await appendAuditEverywhere(sql, [entry(null, before, { overall })]);
  });
}

async function organizationLimits(sql: postgres.ISql, lock = false): Promise<OrganizationLimits> {
  const [row] = await sql<[OrganizationLimits?]>`
    SELECT per_site AS "perSite", per_organization AS "perOrganization" FROM upgrade_limits
    ${lock ? sql`FOR UPDATE` : sql``}`;
  return row ?? DEFAULT_LIMITS;
}

function entry(actor: Actor | null, before: postgres.JSONValue, after: postgres.JSONValue): AuditEntry {
  return { actor, action: 'limits.set', targetType: 'limits', targetId: 'upgrades', before, after };
}
