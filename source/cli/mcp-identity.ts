import { quoted } from '../config/printable.ts';
import type { Settings } from '../config/settings.ts';
import { UserError } from '../config/user-error.ts';
import type { Caller } from '../mcp/caller.ts';
import { Refusal } from '../mcp/refusal.ts';
import type { Database } from '../postgres/database.ts';
import { readOperatorIdentity } from '../postgres/mcp-callers.ts';
import { findOperator } from '../postgres/operators.ts';
import { startMembership } from './session.ts';

/**
 * Who calls over standard input and output: NETUP_OPERATOR, in NETUP_ORGANIZATION. Looked up at each call, since a server may run for
 * weeks. Throws a `UserError` if there is nobody to begin with.
 */
export async function environmentCaller(database: Database, settings: Settings): Promise<() => Promise<Caller>> {
  const name = settings.operator;
  const found = name === null ? null : await findOperator(database, name);
  if (found === null || found.memberships.length === 0) {
    throw new UserError(
      `${quoted(name ?? '')} is no active operator of any organization in this database; set NETUP_OPERATOR to the one the client acts for.`,
    );
  }
  const { organizationId } = startMembership(found, settings.organization);
  return async () => {
    const identity = await readOperatorIdentity(database.organization(organizationId), found.operator.id);
    if (identity !== null) return { ...identity, organizationId, tokenId: null };
    throw new Refusal('The operator of this server is no active member of its organization any more.');
  };
}
