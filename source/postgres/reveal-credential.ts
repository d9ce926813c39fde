import type { EncryptionKeys } from '../config/encryption-keys.ts';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import type { Credential } from '../model/credential.ts';
import type { Actor } from '../model/operator.ts';
import { appendAudit, type AuditEntry, type ProgramActor } from './audit.ts';
import { type CredentialRow, toCredential } from './credential-row.ts';
import { isWrongKey, withoutKey, wrongKey } from './credentials.ts';
import type { OrganizationScope } from './database.ts';
import { secretTransaction } from './secret-transaction.ts';

/** Who takes a secret out, and for what: the row in the audit trail. */
export interface CredentialUse {
  readonly actor: Actor | ProgramActor;
  /** For people: `router check`. */
  readonly purpose: string;
  /** The router that is logged in to; left out by what keeps a login for many, such as a collector. */
  readonly routerId?: string;
  readonly upgradeId?: string;
}

/**
 * The secret of a credential in plain text, for a login and for nothing that people see. The transaction that decrypts it writes an
 * audit row, without which there is no secret; so a caller asks once for what it is doing, not once for each login. Throws a
 * `UserError` if there is no such credential, or this process does not have its key: then no row is written.
 */
export async function revealCredential(
  scope: OrganizationScope,
  keys: EncryptionKeys,
  name: string,
  use: CredentialUse,
): Promise<{ readonly credential: Credential; readonly secret: string }> {
  // Between the two statements the secret may have got another key; it does so once in a long time.
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const credential = await find(scope, name);
    const secret = await decrypt(scope, keys, credential, use);
    if (secret !== null) return { credential, secret };
  }
  throw new UserError(`The credential ${quoted(name)} is being changed by somebody else: try again.`);
}

async function find({ sql }: OrganizationScope, name: string): Promise<Credential> {
  const [row] = await sql<[CredentialRow?]>`
    SELECT id, name, credential_type, username, encryption_key_id, created_at, updated_at
    FROM credentials WHERE name = ${name}`;
  if (row === undefined) throw new UserError(`There is no credential ${quoted(name)} in this organization.`);
  return toCredential(row);
}

/** Null if the credential is no longer under the key that it had. */
async function decrypt(
  scope: OrganizationScope,
  keys: EncryptionKeys,
  credential: Credential,
  use: CredentialUse,
): Promise<string | null> {
  const key = keys.find(credential.keyId)?.key;
  if (key === undefined) throw new UserError(`${withoutKey(credential)}; add that key to NETUP_KEY_FILE.`);
  return secretTransaction(scope, async (sql) => {
    const [row] = await sql<[{ secret: string }?]>`
      SELECT pgp_sym_decrypt(encrypted_data, ${key}) AS secret
      FROM credentials WHERE id = ${credential.id} AND encryption_key_id = ${credential.keyId}`;
    if (row === undefined) return null;
    await appendAudit(sql, [eventOf(credential, use)]);
    return row.secret;
  }).catch((error: unknown) => {
    throw isWrongKey(error) ? new UserError(`${wrongKey(credential)}; check NETUP_KEY_FILE.`) : error;
  });
}

function eventOf({ id, name, type, username, keyId }: Credential, use: CredentialUse): AuditEntry {
  const { actor, purpose, routerId, upgradeId } = use;
  return {
    actor,
    action: 'credential.use',
    targetType: 'credential',
    targetId: id,
    ...(routerId === undefined ? {} : { routerId }),
    ...(upgradeId === undefined ? {} : { upgradeId }),
    after: { name, credential_type: type, username, encryption_key_id: keyId },
    reason: purpose,
  };
}
