import { UserError } from '../../config/user-error.ts';
import { organizationIds } from '../../postgres/organization-ids.ts';
import type { ProcessRole } from '../../postgres/safe-role.ts';
import type { Context } from '../context.ts';
import { findSession } from '../session.ts';

export interface Organization {
  readonly id: string;
  readonly slug: string;
}

/** None for somebody who is no operator, which is found elsewhere. */
async function ownOrganizations({ database, settings }: Context): Promise<readonly Organization[]> {
  const session = await findSession(database, settings).catch((error: unknown) => {
    if (error instanceof UserError) return { memberships: [] };
    throw error;
  });
  return session.memberships.map(({ organizationId: id, slug }) => ({ id, slug }));
}

async function allOrganizations({ database }: Context): Promise<readonly Organization[]> {
  const found: Organization[] = [];
  for (const id of await organizationIds(database)) {
    found.push(...(await database.organization(id).sql<Organization[]>`SELECT id, slug FROM organizations`));
  }
  return found;
}

/** The organizations that a process of this role works for: those of the operator, or all. */
export function organizationsOf(context: Context, role: ProcessRole): Promise<readonly Organization[]> {
  return role === 'netup_worker' ? allOrganizations(context) : ownOrganizations(context);
}
