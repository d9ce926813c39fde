import type { EncryptionKeys } from '../config/encryption-keys.ts';
import type { StepName } from '../model/upgrade.ts';
import type { Reading } from './config-backups.ts';
import type { OrganizationScope } from './database.ts';
import { type KeptText, readKeptTexts } from './kept-texts.ts';
import { secretTransaction } from './secret-transaction.ts';
import { type Claim, holdLease } from './upgrade-queue.ts';

/** Keeps what a device printed in an attempt at a step so far, encrypted under the current key; replaces what was kept of the attempt. */
export async function keepOutput(
  scope: OrganizationScope,
  claim: Claim,
  keys: EncryptionKeys,
  { step, attempt }: { readonly step: StepName; readonly attempt: number },
  text: string,
): Promise<void> {
  const { id: keyId, key } = keys.current();
  await secretTransaction(scope, async (sql) => {
    await holdLease(sql, claim);
    await sql`
      INSERT INTO upgrade_output (organization_id, upgrade_id, step, attempt, encrypted_data, encryption_key_id)
      VALUES (current_org_id(), ${claim.upgradeId}::bigint, ${step}, ${attempt},
        pgp_sym_encrypt(${text}, ${key}, 'cipher-algo=aes256'), ${keyId})
      ON CONFLICT (organization_id, upgrade_id, step, attempt) DO UPDATE
      SET encrypted_data = excluded.encrypted_data, encryption_key_id = excluded.encryption_key_id, taken_at = now()`;
  });
}

/** What the device printed in each attempt at a step, in plain text, oldest first; audited. See `readKeptTexts`. */
export async function readOutput(
  scope: OrganizationScope,
  keys: EncryptionKeys,
  step: StepName,
  { actor, upgradeId, routerId, revealed }: Reading,
): Promise<readonly KeptText[]> {
  return readKeptTexts(
    scope,
    keys,
    'upgrade_output',
    { upgradeId, partBegins: `${step} ` },
    {
      actor,
      action: revealed ? 'output.reveal' : 'output.read',
      targetType: 'upgrade',
      targetId: upgradeId,
      upgradeId,
      routerId,
      after: { step, secrets: revealed ? 'shown' : 'removed' },
    },
  );
}
