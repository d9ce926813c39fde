import type postgres from 'postgres';
import { UserError } from '../config/user-error.ts';
import { type Role, ROLES } from '../model/role.ts';
import { appendAudit, type AuditEntry } from './audit.ts';
import { becomeOwner } from './become-owner.ts';
import { oneOf } from './columns.ts';
import type { Transactor } from './database.ts';
import { roleEntry } from './members.ts';
import { endSessionsOf } from './operator-sessions.ts';

// What the administrator of the database does to operators, who are shared between organizations. `admin` logs in as such. Each change is
// in the trail of every organization that the operator belongs to.

/** Someone new, as a member of one organization. Throws a `UserError` if the name is taken or the organization is not there. */
export async function addOperator(
  admin: Transactor,
  wanted: { readonly name: string; readonly displayName: string; readonly organization: string; readonly role: Role },
): Promise<void> {
  const { name, displayName, organization, role } = wanted;
  await admin.transaction(async (sql) => {
    await becomeOwner(sql);
    const organizationId = await organizationBySlug(sql, organization);
    const [added] = await sql<[{ id: string }?]>`
      INSERT INTO operators (name, display_name) VALUES (${name}, ${displayName}) ON CONFLICT (name) DO NOTHING RETURNING id`;
    if (added === undefined)
      throw new UserError(`There is an operator ${name} already; \`operators set-role\` lets them in.`);
    await sql`INSERT INTO organization_members (organization_id, operator_id, role) VALUES (${organizationId}, ${added.id}, ${role})`;
    await enter(sql, organizationId);
    const after = { display_name: displayName, role };
    await appendAudit(sql, [{ actor: null, action: 'operator.add', targetType: 'operator', targetId: name, after }]);
  });
}

/** Makes an operator a member of the organization in this role, or gives them this role there. Gives the role before; null: none. */
export async function setRoleAsAdministrator(
  admin: Transactor,
  name: string,
  organization: string,
  role: Role,
): Promise<Role | null> {
  return admin.transaction(async (sql) => {
    await becomeOwner(sql);
    const organizationId = await organizationBySlug(sql, organization);
    const { id } = await lockOperator(sql, name);
    const [row] = await sql<[{ role: string }?]>`
      SELECT role FROM organization_members WHERE organization_id = ${organizationId} AND operator_id = ${id}`;
    const before = row === undefined ? null : oneOf(ROLES, row.role, 'organization_members.role');
    if (before === role) return before;
    await sql`
      INSERT INTO organization_members (organization_id, operator_id, role) VALUES (${organizationId}, ${id}, ${role})
      ON CONFLICT (organization_id, operator_id) DO UPDATE SET role = excluded.role`;
    await enter(sql, organizationId);
    await appendAudit(sql, [roleEntry(null, name, before, role)]);
    return before;
  });
}

/** Disables an operator, whose sessions end with it, or enables them. False: it was so already. */
export async function setOperatorActive(admin: Transactor, name: string, active: boolean): Promise<boolean> {
  return changeOperator(admin, name, async (sql, operator) => {
    if (operator.active === active) return null;
    await sql`UPDATE operators SET is_active = ${active} WHERE id = ${operator.id}`;
    return {
      action: active ? 'operator.enable' : 'operator.disable',
      before: { is_active: operator.active },
      after: { is_active: active },
      ...(active ? {} : { ends: { reason: 'the operator was disabled' } }),
    };
  });
}

/** A key or a principal to log in with. */
export interface NewIdentity {
  readonly kind: 'key' | 'principal';
  readonly identity: string;
  readonly keyType: string | null;
  readonly keyData: string | null;
  readonly comment: string;
}

/** False: it is theirs already. Throws a `UserError` if it is somebody else's. */
export async function addIdentity(admin: Transactor, name: string, wanted: NewIdentity): Promise<boolean> {
  const { kind, identity, keyType, keyData, comment } = wanted;
  return changeOperator(admin, name, async (sql, operator) => {
    const [added] = await sql<[{ id: string }?]>`
      INSERT INTO operator_keys (operator_id, kind, identity, key_type, key_data, comment)
      VALUES (${operator.id}, ${kind}, ${identity}, ${keyType}, ${keyData}, ${comment})
      ON CONFLICT (kind, identity) WHERE removed_at IS NULL DO NOTHING RETURNING id`;
    if (added === undefined) {
      const [owner] = await sql<[{ name: string }?]>`
        SELECT o.name FROM operator_keys AS k JOIN operators AS o ON o.id = k.operator_id
        WHERE k.kind = ${kind} AND k.identity = ${identity} AND k.removed_at IS NULL`;
      if (owner?.name === name) return null;
      throw new UserError(`${identity} belongs to the operator ${owner?.name ?? ''}; remove it there first.`);
    }
    return { action: 'operator.key_add', after: { [kind]: identity, ...(kind === 'key' ? { comment } : {}) } };
  });
}

/** Takes a key or a principal away; the sessions that it opened end. Throws a `UserError` if they have no such key or principal. */
export async function removeIdentity(admin: Transactor, name: string, identity: string): Promise<void> {
  await changeOperator(admin, name, async (sql, operator) => {
    const [removed] = await sql<[{ kind: string }?]>`
      UPDATE operator_keys SET removed_at = now()
      WHERE operator_id = ${operator.id} AND identity = ${identity} AND removed_at IS NULL RETURNING kind`;
    if (removed === undefined) throw new UserError(`${name} has no key or principal ${identity}.`);
    return {
      action: 'operator.key_remove',
      before: { [removed.kind]: identity },
      ends: { identity, reason: 'its key was removed' },
    };
  });
}

interface OperatorRow {
  readonly id: string;
  readonly active: boolean;
}

type OperatorChange = Pick<AuditEntry, 'action' | 'before' | 'after'> & {
  /** Sessions that end with it: all, or those opened with one key or principal. */
  readonly ends?: { readonly reason: string; readonly identity?: string };
};

/** Changes an operator and says so in every organization of theirs. `change` gives null if nothing is to be changed. */
async function changeOperator(
  admin: Transactor,
  name: string,
  change: (sql: postgres.TransactionSql, operator: OperatorRow) => Promise<OperatorChange | null>,
): Promise<boolean> {
  return admin.transaction(async (sql) => {
    await becomeOwner(sql);
    const operator = await lockOperator(sql, name);
    const changed = await change(sql, operator);
    if (changed === null) return false;
    const { ends, ...what } = changed;
    const organizations = await sql<{ id: string }[]>`
      SELECT g.id FROM organization_members AS m JOIN organizations AS g ON g.id = m.organization_id
      WHERE m.operator_id = ${operator.id} ORDER BY g.slug`;
    for (const { id } of organizations) {
      await enter(sql, id);
      if (ends !== undefined) await endSessionsOf(sql, operator.id, ends);
      await appendAudit(sql, [{ actor: null, targetType: 'operator', targetId: name, ...what }]);
    }
    return true;
  });
}

async function lockOperator(sql: postgres.TransactionSql, name: string): Promise<OperatorRow> {
  const [row] = await sql<[OperatorRow?]>`
    SELECT id, is_active AS active FROM operators WHERE name = ${name} FOR UPDATE`;
  if (row === undefined)
    throw new UserError(`There is no operator ${name}; \`netup-tui operators add ${name}\` makes one.`);
  return row;
}

async function organizationBySlug(sql: postgres.TransactionSql, slug: string): Promise<string> {
  const rows = await sql<{ id: string; slug: string }[]>`SELECT id, slug FROM organizations ORDER BY slug`;
  const found = rows.find((row) => row.slug === slug);
  if (found !== undefined) return found.id;
  throw new UserError(`There is no organization ${slug}; there are: ${rows.map((row) => row.slug).join(', ')}.`);
}

async function enter(sql: postgres.TransactionSql, organizationId: string): Promise<void> {
  await sql`SELECT set_config('app.current_org_id', ${organizationId}, true)`;
}
