import { randomUUID } from 'node:crypto';
import { quoted } from '../config/printable.ts';
import type { Settings } from '../config/settings.ts';
import { UserError } from '../config/user-error.ts';
import type { Actor, Membership, Operator } from '../model/operator.ts';
import { type Role, roleIncludes } from '../model/role.ts';
import { type Database, DatabaseUnavailable } from '../postgres/database.ts';
import { findOperator } from '../postgres/operators.ts';
import { assertSafeRole } from '../postgres/safe-role.ts';
import { assertTables } from './check-tables.ts';

/** Who is at the keyboard. */
export interface Session {
  readonly operator: Operator;
  /** Never empty. */
  readonly memberships: readonly Membership[];
}

/** Finds the operator in the database. Throws a `UserError` that says how to become one. */
export async function findSession(database: Database, settings: Settings): Promise<Session> {
  const name = settings.operator;
  if (name === null)
    throw new UserError('Nobody knows who you are: set NETUP_OPERATOR to your name, for example NETUP_OPERATOR=ana.');
  const found = await lookUp(database, name).catch((error: unknown) => {
    if (!(error instanceof DatabaseUnavailable) || settings.postgresConfigured) throw error;
    throw new UserError(
      `${error.message} No PG_ variable is set: set PG_HOST, PG_USER and PG_PASSWORD, or try \`netup-tui demo\`, which needs no database.`,
      { cause: error },
    );
  });
  if (found === null || found.memberships.length === 0) {
    throw new UserError(
      `${quoted(name)} is no active operator of any organization in this database; set NETUP_OPERATOR, or ask an administrator to add you.`,
    );
  }
  return found;
}

/** In this order, so that people hear first of what has to be mended first. */
async function lookUp(database: Database, name: string): Promise<Session | null> {
  await assertTables(database);
  await assertSafeRole(database, 'app_user');
  return findOperator(database, name);
}

/** The organization to start in: NETUP_ORGANIZATION if it is set, else the operator's first. */
export function startMembership({ operator, memberships }: Session, slug: string | null): Membership {
  const [first] = memberships;
  const chosen = slug === null ? first : memberships.find((membership) => membership.slug === slug);
  if (chosen !== undefined) return chosen;
  const slugs = memberships.map((membership) => membership.slug).join(', ');
  throw new UserError(
    `${operator.name} does not belong to ${quoted(slug ?? '')}; NETUP_ORGANIZATION can be: ${slugs}.`,
  );
}

/** Who acts in an organization. Throws a `UserError` if their role there is too weak. */
export function actorIn(session: Session, membership: Membership, required: Role, act: string): Actor {
  if (!roleIncludes(membership.role, required)) {
    throw new UserError(
      `${session.operator.name} is ${membership.role} in ${membership.slug}; to ${act} takes the role ${required}.`,
    );
  }
  return { operator: session.operator, role: membership.role, source: 'cli', correlationId: randomUUID() };
}
