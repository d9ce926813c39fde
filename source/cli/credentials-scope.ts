import type { Actor, Membership } from '../model/operator.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import type { Context } from './context.ts';
import { actorIn, findSession, startMembership } from './session.ts';

/** The organization whose credentials a command works on, and who works on them. */
export interface CredentialsScope {
  readonly membership: Membership;
  readonly scope: OrganizationScope;
  readonly actor: Actor;
}

/** NETUP_ORGANIZATION, or the operator's first. Throws a `UserError` for operators who are not admin there. */
export async function openCredentials({ database, settings }: Context, act: string): Promise<CredentialsScope> {
  const session = await findSession(database, settings);
  const membership = startMembership(session, settings.organization);
  const actor = actorIn(session, membership, 'admin', act);
  return { membership, scope: database.organization(membership.organizationId), actor };
}
