import type { Membership, Operator } from '../model/operator.ts';
import { ROLES } from '../model/role.ts';
import { oneOf } from './columns.ts';
import type { Database } from './database.ts';

interface MembershipRow {
  readonly operator_id: string;
  readonly name: string;
  readonly display_name: string;
  // Null together, for an operator without any organization.
  readonly organization_id: string | null;
  readonly slug: string | null;
  readonly organization_name: string | null;
  readonly role: string | null;
}

/** An active operator by login name, with the organizations they belong to, by name; null if there is none. */
export async function findOperator(
  database: Database,
  name: string,
): Promise<{ operator: Operator; memberships: readonly Membership[] } | null> {
  const rows = await database.unscoped<MembershipRow[]>`SELECT * FROM operator_memberships(${name})`;
  const [first] = rows;
  if (first === undefined) return null;
  return {
    operator: { id: first.operator_id, name: first.name, displayName: first.display_name },
    memberships: rows.flatMap(({ organization_id, slug, organization_name, role }) =>
      organization_id === null || slug === null || organization_name === null
        ? []
        : [
            {
              organizationId: organization_id,
              slug,
              organizationName: organization_name,
              role: oneOf(ROLES, role, 'organization_members.role'),
            },
          ],
    ),
  };
}
