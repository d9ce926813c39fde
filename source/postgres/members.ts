import postgres from 'postgres';
import { UserError } from '../config/user-error.ts';
import type { Actor } from '../model/operator.ts';
import { type Role, ROLES } from '../model/role.ts';
import { appendAudit } from './audit.ts';
import { oneOf } from './columns.ts';
import type { OrganizationScope } from './database.ts';

/** A member of an organization. */
export interface Member {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  /** False: disabled. */
  readonly active: boolean;
  /** Public keys and principals in use. */
  readonly keys: number;
}

/** The members of the organization by name, disabled ones too. */
export async function listMembers({ sql }: Pick<OrganizationScope, 'sql'>): Promise<readonly Member[]> {
  const rows = await sql<(Omit<Member, 'role'> & { role: string })[]>`
    SELECT o.id, o.name, o.display_name AS "displayName", m.role, o.is_active AS active,
      (SELECT count(*)::int FROM operator_keys AS k WHERE k.operator_id = o.id AND k.removed_at IS NULL) AS keys
    FROM organization_members AS m JOIN operators AS o ON o.id = m.operator_id
    ORDER BY o.name`;
  return rows.map((row) => ({ ...row, role: oneOf(ROLES, row.role, 'organization_members.role') }));
}

/**
 * Gives a member another role, audited; nothing is written if they have it. Gives the role before, null for somebody who is no member.
 * Throws a `UserError` if the actor is no admin any more, or the organization would have none.
 */
export async function setMemberRole(
  scope: OrganizationScope,
  actor: Actor,
  member: Pick<Member, 'id' | 'name'>,
  role: Role,
): Promise<Role | null> {
  try {
    return await scope.transaction(async (sql) => {
      const [row] = await sql<[{ before: string | null }]>`
        SELECT set_member_role(${actor.operator.id}, ${member.id}, ${role}) AS before`;
      if (row.before === null) return null;
      const before = oneOf(ROLES, row.before, 'organization_members.role');
      if (before !== role) await appendAudit(sql, [roleEntry(actor, member.name, before, role)]);
      return before;
    });
  } catch (error) {
    if (!(error instanceof postgres.PostgresError) || error.routine !== 'exec_stmt_raise') throw error;
    throw new UserError(`The role of ${member.name} stays as it is: ${error.message}.`, { cause: error });
  }
}

/** The audit row of a change of role. */
export function roleEntry(
  actor: Actor | null,
  name: string,
  before: Role | null,
  after: Role,
): Parameters<typeof appendAudit>[1][number] {
  return {
    actor,
    action: 'operator.set_role',
    targetType: 'operator',
    targetId: name,
    before: { role: before },
    after: { role: after },
  };
}
