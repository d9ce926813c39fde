import { oneOf } from './columns.ts';
import type { Database, OrganizationScope } from './database.ts';

/** A public key, or a principal of certificates. */
export const IDENTITY_KINDS = ['key', 'principal'] as const;

export type IdentityKind = (typeof IDENTITY_KINDS)[number];

/** What an operator may log in with. */
export interface OperatorKey {
  readonly kind: IdentityKind;
  /** The key's fingerprint (`SHA256:...`), or the principal. */
  readonly identity: string;
  /** `ssh-ed25519`; null for a principal. */
  readonly keyType: string | null;
  /** Base64; null for a principal. */
  readonly keyData: string | null;
  readonly comment: string;
  readonly addedAt: Date;
  /** Null: in use. */
  readonly removedAt: Date | null;
}

/** Whose key or principal it is. */
export interface IdentityOwner {
  readonly name: string;
  readonly active: boolean;
  readonly identity: string;
  readonly keyType: string | null;
  readonly keyData: string | null;
}

/** The operators that these keys or principals stand for, also disabled ones; none for those that nobody has. */
export async function findByIdentity(
  database: Database,
  kind: IdentityKind,
  identities: readonly string[],
): Promise<readonly IdentityOwner[]> {
  return database.unscoped<IdentityOwner[]>`
    SELECT name, is_active AS active, identity, key_type AS "keyType", key_data AS "keyData"
    FROM operators_by_identity(${kind}, ${[...identities]})`;
}

/** What a member of the organization may log in with, oldest first, and what they could once. */
export async function listOperatorKeys(
  { sql }: Pick<OrganizationScope, 'sql'>,
  operatorName: string,
): Promise<readonly OperatorKey[]> {
  const rows = await sql<(Omit<OperatorKey, 'kind'> & { kind: string })[]>`
    SELECT k.kind, k.identity, k.key_type AS "keyType", k.key_data AS "keyData", k.comment, k.added_at AS "addedAt",
      k.removed_at AS "removedAt"
    FROM operator_keys AS k JOIN operators AS o ON o.id = k.operator_id
    WHERE o.name = ${operatorName} ORDER BY k.added_at, k.identity`;
  return rows.map((row) => ({ ...row, kind: oneOf(IDENTITY_KINDS, row.kind, 'operator_keys.kind') }));
}
