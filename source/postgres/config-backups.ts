import type { EncryptionKeys } from '../config/encryption-keys.ts';
import type { OrganizationScope } from './database.ts';
import { secretTransaction } from './secret-transaction.ts';
import { type Claim, holdLease } from './upgrade-queue.ts';

/** Keeps a device's configuration from before or after an upgrade, encrypted under the current key; replaces one that is there. */
export async function keepConfiguration(
  scope: OrganizationScope,
  claim: Claim,
  keys: EncryptionKeys,
  moment: 'before' | 'after',
  configuration: string,
): Promise<void> {
  const { id: keyId, key } = keys.current();
  await secretTransaction(scope, async (sql) => {
    await holdLease(sql, claim);
    await sql`
      INSERT INTO config_backups (organization_id, upgrade_id, moment, encrypted_data, encryption_key_id)
      VALUES (current_org_id(), ${claim.upgradeId}::bigint, ${moment},
        pgp_sym_encrypt(${configuration}, ${key}, 'cipher-algo=aes256'), ${keyId})
      ON CONFLICT (organization_id, upgrade_id, moment) DO UPDATE
      SET encrypted_data = excluded.encrypted_data, encryption_key_id = excluded.encryption_key_id, taken_at = now()`;
  });
}
