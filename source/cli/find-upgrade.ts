import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import type { Membership } from '../model/operator.ts';
import type { UpgradeDetail } from '../model/upgrade.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { getUpgrade } from '../postgres/upgrades.ts';
import type { Context } from './context.ts';
import { findSession, type Session, startMembership } from './session.ts';

/** An upgrade that a command works on, and who works on it. */
export interface FoundUpgrade {
  readonly session: Session;
  readonly membership: Membership;
  readonly scope: OrganizationScope;
  readonly upgrade: UpgradeDetail;
}

/** Finds an upgrade by its number in NETUP_ORGANIZATION, or in all of the operator's organizations. Throws a `UserError` if it is in none. */
export async function findUpgradeOf({ database, settings }: Context, id: string): Promise<FoundUpgrade> {
  const session = await findSession(database, settings);
  const memberships =
    settings.organization === null ? session.memberships : [startMembership(session, settings.organization)];
  for (const membership of memberships) {
    const scope = database.organization(membership.organizationId);
    const upgrade = await getUpgrade(scope, id);
    if (upgrade !== null) return { session, membership, scope, upgrade };
  }
  const slugs = memberships.map(({ slug }) => slug).join(', ');
  throw new UserError(`There is no upgrade ${quoted(id, 40)} in ${slugs}.`);
}
