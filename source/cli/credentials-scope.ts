import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import type { Actor, Membership } from '../model/operator.ts';
import { roleIncludes } from '../model/role.ts';
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

/** The organizations of the operator in which they are admin, and those in which they are not. */
interface AllCredentials {
  readonly own: readonly CredentialsScope[];
  readonly others: readonly Membership[];
}

/**
 * The organization of the slug, else all in which the operator is admin. Throws a `UserError` if there is none, or they may not
 * do it in the one that was chosen.
 */
export async function openAllCredentials(
  { database, settings }: Context,
  slug: string | undefined,
  act: string,
): Promise<AllCredentials> {
  const session = await findSession(database, settings);
  const { operator, memberships } = session;
  const open = (membership: Membership): CredentialsScope => {
    const actor = actorIn(session, membership, 'admin', act);
    return { membership, scope: database.organization(membership.organizationId), actor };
  };
  if (slug !== undefined) {
    const chosen = memberships.find((membership) => membership.slug === slug);
    if (chosen !== undefined) return { own: [open(chosen)], others: [] };
    const slugs = memberships.map((membership) => membership.slug).join(', ');
    throw new UserError(`${operator.name} does not belong to ${quoted(slug)}; --organization can be: ${slugs}.`);
  }
  const own = memberships.filter(({ role }) => roleIncludes(role, 'admin'));
  if (own.length === 0) {
    throw new UserError(`${operator.name} is admin of no organization; to ${act} takes the role admin.`);
  }
  return { own: own.map(open), others: memberships.filter((membership) => !own.includes(membership)) };
}
