import type { EncryptionKeys } from '../config/encryption-keys.ts';
import { UserError } from '../config/user-error.ts';
import type { Webhook } from '../model/webhook.ts';
import type { Actor } from '../model/operator.ts';
import { appendAudit, type ProgramActor } from './audit.ts';
import { isWrongKey, withoutKey, wrongKey } from './credentials.ts';
import type { OrganizationScope } from './database.ts';
import { secretTransaction } from './secret-transaction.ts';

/** Who takes a secret out, and for what. */
export interface WebhookSecretUse {
  readonly actor: Actor | ProgramActor;
  /** For people: `sending`. */
  readonly purpose: string;
}

/**
 * The secret that a webhook's messages are signed with, in plain text. The transaction that decrypts it writes an audit row, without which there is
 * no secret; so a caller takes it once and keeps it. Throws a `UserError` if there is no such webhook, or this process does not have its key.
 */
export async function revealWebhookSecret(
  scope: OrganizationScope,
  keys: EncryptionKeys,
  webhookId: string,
  { actor, purpose }: WebhookSecretUse,
): Promise<string> {
  let found: Pick<Webhook, 'name' | 'keyId'> | undefined;
  const opened = secretTransaction(scope, async (sql) => {
    // Held until the end, so that no rotation exchanges the key between the two looks.
    [found] = await sql<Pick<Webhook, 'name' | 'keyId'>[]>`
      SELECT name, encryption_key_id AS "keyId" FROM webhooks WHERE id = ${webhookId} FOR SHARE`;
    if (found === undefined) throw new UserError('The webhook was removed.');
    const key = keys.find(found.keyId)?.key;
    if (key === undefined) throw new UserError(`${withoutKey(found, 'webhook')}; add that key to NETUP_KEY_FILE.`);
    const [row] = await sql<[{ secret: string }]>`
      SELECT pgp_sym_decrypt(encrypted_data, ${key}) AS secret FROM webhooks WHERE id = ${webhookId}`;
    await appendAudit(sql, [
      {
        actor,
        action: 'webhook.use',
        targetType: 'webhook',
        targetId: webhookId,
        after: { name: found.name, encryption_key_id: found.keyId },
        reason: purpose,
      },
    ]);
    return row.secret;
  });
  return opened.catch((error: unknown) => {
    if (!isWrongKey(error)) throw error;
    const { name, keyId } = found ?? { name: webhookId, keyId: '' };
    throw new UserError(`${wrongKey({ name, keyId }, 'webhook')}; check NETUP_KEY_FILE.`);
  });
}
