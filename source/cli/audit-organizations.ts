import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import type { Membership } from '../model/operator.ts';
import type { Context } from './context.ts';
import { findSession } from './session.ts';

/**
 * The organizations whose audit trail is meant: the one of the slug, else all that the operator belongs to; every role may read it.
 * Throws a `UserError` if the operator does not belong there.
 */
export async function auditOrganizations(
  { database, settings }: Context,
  slug: string | undefined,
): Promise<readonly Membership[]> {
  const { operator, memberships } = await findSession(database, settings);
  if (slug === undefined) return memberships;
  const chosen = memberships.find((membership) => membership.slug === slug);
  if (chosen !== undefined) return [chosen];
  const slugs = memberships.map((membership) => membership.slug).join(', ');
  throw new UserError(`${operator.name} does not belong to ${quoted(slug)}; --organization can be: ${slugs}.`);
}
