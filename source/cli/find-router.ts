import { quoted } from '../config/printable.ts';
import type { Settings } from '../config/settings.ts';
import { UserError } from '../config/user-error.ts';
import type { Membership } from '../model/operator.ts';
import type { Router } from '../model/router.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { findRouter } from '../postgres/routers.ts';
import type { Context } from './context.ts';
import { findSession, type Session, startMembership } from './session.ts';

/** A router that a command works on, and who works on it. */
export interface FoundRouter {
  readonly session: Session;
  readonly membership: Membership;
  readonly scope: OrganizationScope;
  readonly router: Router;
}

/**
 * Finds a router by hostname or id in NETUP_ORGANIZATION, or in all of the operator's organizations if that is not set. Throws a
 * `UserError` if none has it, or more than one.
 */
export async function findRouterOf({ database, settings }: Context, host: string): Promise<FoundRouter> {
  const session = await findSession(database, settings);
  const memberships =
    settings.organization === null ? session.memberships : [startMembership(session, settings.organization)];
  const found: FoundRouter[] = [];
  for (const membership of memberships) {
    const scope = database.organization(membership.organizationId);
    const router = await findRouter(scope, host);
    if (router !== null) found.push({ session, membership, scope, router });
  }
  const [first, second] = found;
  if (first === undefined) {
    const slugs = memberships.map(({ slug }) => slug).join(', ');
    throw new UserError(`There is no router ${quoted(host, 80)} in ${slugs}.`);
  }
  if (second !== undefined) {
    const slugs = found.map(({ membership }) => membership.slug).join(', ');
    throw new UserError(
      `${quoted(host, 80)} is in more than one organization; set NETUP_ORGANIZATION to one of: ${slugs}.`,
    );
  }
  return first;
}

/** NETUP_READ_ONLY holds for every command that changes something. */
export function refuseIfReadOnly({ settings }: { readonly settings: Pick<Settings, 'readOnly'> }, act: string): void {
  if (settings.readOnly) throw new UserError(`NETUP_READ_ONLY is set, so nothing can be changed; unset it to ${act}.`);
}
