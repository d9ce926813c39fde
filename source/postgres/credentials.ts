import type { EncryptionKeys } from '../config/encryption-keys.ts';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import type { Credential, CredentialType } from '../model/credential.ts';
import type { Actor } from '../model/operator.ts';
import { appendAudit } from './audit.ts';
import { type CredentialRow, toCredential } from './credential-row.ts';
import type { OrganizationScope } from './database.ts';
import { secretTransaction, SecretStatementFailed } from './secret-transaction.ts';

/** SQLSTATE of pgcrypto's "Wrong key or corrupt data". */
const WRONG_KEY = '39000';

interface NewCredential {
  readonly name: string;
  readonly type: CredentialType;
  readonly username: string | null;
  /** Plain text. */
  readonly secret: string;
}

/** Stores a credential under the current key, audited; without an actor it is the administrator's doing. Throws a `UserError` if the name is taken or there is no key. */
export async function addCredential(
  scope: OrganizationScope,
  actor: Actor | null,
  keys: EncryptionKeys,
  entry: NewCredential,
): Promise<void> {
  const { id: keyId, key } = keys.current();
  const { name, type, username, secret } = entry;
  await secretTransaction(scope, async (sql) => {
    const [row] = await sql<[{ id: string }?]>`
      INSERT INTO credentials (organization_id, name, credential_type, username, encrypted_data, encryption_key_id)
      VALUES (${scope.organizationId}, ${name}, ${type}, ${username},
        pgp_sym_encrypt(${secret}, ${key}, 'cipher-algo=aes256'), ${keyId})
      ON CONFLICT (organization_id, name) DO NOTHING
      RETURNING id`;
    if (row === undefined) {
      throw new UserError(`There is a credential ${quoted(name)} already: remove it first, or take another name.`);
    }
    await appendAudit(sql, [
      {
        actor,
        action: 'credential.add',
        targetType: 'credential',
        targetId: row.id,
        after: { name, credential_type: type, username, encryption_key_id: keyId },
      },
    ]);
  });
}

/** The organization's credentials by name, without their secrets. */
export async function listCredentials(scope: OrganizationScope): Promise<readonly Credential[]> {
  const rows = await scope.sql<CredentialRow[]>`
    SELECT id, name, credential_type, username, encryption_key_id, created_at, updated_at FROM credentials ORDER BY name`;
  return rows.map((row) => toCredential(row));
}

/** Deletes a credential, audited. Throws a `UserError` if there is none of that name. */
export async function removeCredential(scope: OrganizationScope, actor: Actor, name: string): Promise<void> {
  await scope.transaction(async (sql) => {
    const [row] = await sql<[CredentialRow?]>`
      DELETE FROM credentials WHERE name = ${name}
      RETURNING id, name, credential_type, username, encryption_key_id, created_at, updated_at`;
    if (row === undefined) throw new UserError(`There is no credential ${quoted(name)} in this organization.`);
    const { id, credential_type, username, encryption_key_id } = row;
    await appendAudit(sql, [
      {
        actor,
        action: 'credential.remove',
        targetType: 'credential',
        targetId: id,
        before: { name, credential_type, username, encryption_key_id },
      },
    ]);
  });
}

/** True if a secret could not be decrypted with the key that it should have been encrypted with. */
export function isWrongKey(error: unknown): boolean {
  return error instanceof SecretStatementFailed && error.code === WRONG_KEY;
}

/** What has a secret that is encrypted, for messages. */
export type SecretHolder = 'credential' | 'webhook';

/** The beginning of a sentence. */
export function withoutKey(
  { name, keyId }: Pick<Credential, 'name' | 'keyId'>,
  holder: SecretHolder = 'credential',
): string {
  return `The ${holder} ${quoted(name)} is encrypted with the key ${quoted(keyId)}, which is not among the keys here`;
}

/** The beginning of a sentence. */
export function wrongKey(
  { name, keyId }: Pick<Credential, 'name' | 'keyId'>,
  holder: SecretHolder = 'credential',
): string {
  return `The ${holder} ${quoted(name)} cannot be decrypted with the key ${quoted(keyId)}: it is another key of that name, or the data are damaged`;
}
