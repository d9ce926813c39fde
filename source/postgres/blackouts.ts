import type postgres from 'postgres';
import { UserError } from '../config/user-error.ts';
import type { Blackout } from '../model/blackout.ts';
import type { Actor } from '../model/operator.ts';
import { cleanLine } from '../model/text.ts';
import { appendAudit } from './audit.ts';
import { isBigint } from './columns.ts';
import type { OrganizationScope } from './database.ts';

/** The blackouts of the organization that are not over at a time, by their start. */
export async function listBlackouts(
  { sql }: Pick<OrganizationScope, 'sql'>,
  after: Date,
): Promise<readonly Blackout[]> {
  return sql<Blackout[]>`
    SELECT b.id::text, s.name AS site, b.starts_at AS "from", b.ends_at AS "to", b.reason, coalesce(o.name, '?') AS "createdBy"
    FROM blackouts AS b
    LEFT JOIN sites AS s ON s.organization_id = b.organization_id AND s.id = b.site_id
    LEFT JOIN operators AS o ON o.id = b.created_by
    WHERE b.ends_at > ${after}
    ORDER BY b.starts_at, b.id`;
}

/** Adds a blackout, audited; its id. Throws a `UserError` if there is no such site. */
export async function addBlackout(
  scope: OrganizationScope,
  actor: Actor,
  { site, from, to, reason }: Omit<Blackout, 'id' | 'createdBy'>,
): Promise<string> {
  return scope.transaction(async (sql) => {
    const siteId = site === null ? null : await findSite(sql, site);
    const [row] = await sql<[{ id: string }]>`
      INSERT INTO blackouts (organization_id, site_id, starts_at, ends_at, reason, created_by)
      VALUES (current_org_id(), ${siteId}, ${from}, ${to}, ${reason}, ${actor.operator.id})
      RETURNING id::text`;
    const after = { site, from: from.toISOString(), to: to.toISOString() };
    await appendAudit(sql, [
      { actor, action: 'blackout.add', targetType: 'blackout', targetId: row.id, after, reason },
    ]);
    return row.id;
  });
}

/** Removes a blackout, audited. Throws a `UserError` if there is none with this id. */
export async function removeBlackout(scope: OrganizationScope, actor: Actor, id: string): Promise<void> {
  await scope.transaction(async (sql) => {
    const [row] = isBigint(id)
      ? await sql<[{ site: string | null; from: Date; to: Date; reason: string }?]>`
          DELETE FROM blackouts AS b WHERE b.id = ${id}::bigint
          RETURNING (SELECT s.name FROM sites AS s WHERE s.organization_id = b.organization_id AND s.id = b.site_id) AS site,
            b.starts_at AS "from", b.ends_at AS "to", b.reason`
      : [];
    if (row === undefined)
      throw new UserError(`There is no blackout ${cleanLine(id).slice(0, 40)} in this organization.`);
    const before = { site: row.site, from: row.from.toISOString(), to: row.to.toISOString(), reason: row.reason };
    await appendAudit(sql, [{ actor, action: 'blackout.remove', targetType: 'blackout', targetId: id, before }]);
  });
}

async function findSite(sql: postgres.TransactionSql, name: string): Promise<string> {
  const [row] = await sql<[{ id: string }?]>`SELECT id FROM sites WHERE name = ${name}`;
  if (row === undefined) throw new UserError(`There is no site ${cleanLine(name).slice(0, 40)} in this organization.`);
  return row.id;
}
