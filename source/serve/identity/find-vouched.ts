import { UserError } from '../../config/user-error.ts';
import { cleanLine } from '../../model/text.ts';
import type { Database } from '../../postgres/database.ts';
import { findByIdentity, type IdentityOwner } from '../../postgres/operator-keys.ts';

/** One key or certificate whose holder has proved to have it: to sshd, or to our own server. */
export type Vouched =
  | { readonly kind: 'key'; readonly fingerprint: string }
  | { readonly kind: 'certificate'; readonly keyId: string; readonly principals: readonly string[] };

/** The operator who is vouched for, and by what. */
export interface VouchedOperator {
  readonly name: string;
  /** A fingerprint, or a principal. */
  readonly identity: string;
}

/** Finds the one active operator that all of these stand for. Throws a `UserError` of one sentence if there is none, or more than one. */
export async function findVouched(database: Database, vouched: readonly Vouched[]): Promise<VouchedOperator> {
  const owners: IdentityOwner[] = [];
  for (const one of vouched) {
    const found =
      one.kind === 'key'
        ? await findByIdentity(database, 'key', [one.fingerprint])
        : await findByIdentity(database, 'principal', one.principals);
    if (found.length === 0) {
      throw new UserError(`No operator has ${nameOf(one)}; ask an administrator of netup-tui to add it to yours.`);
    }
    owners.push(...found);
  }
  const [first] = owners;
  if (first === undefined || owners.some(({ name }) => name !== first.name)) {
    throw new UserError('What you logged in with stands for more than one operator; use a key or certificate of one.');
  }
  if (!first.active) throw new UserError(`The operator ${first.name} is disabled; ask an administrator of netup-tui.`);
  return { name: first.name, identity: first.identity };
}

function nameOf(one: Vouched): string {
  return one.kind === 'key'
    ? `the key ${one.fingerprint}`
    : `a principal of the certificate "${cleanLine(one.keyId).slice(0, 80)}"`;
}
