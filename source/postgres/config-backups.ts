import type { EncryptionKeys } from '../config/encryption-keys.ts';
import type { Actor } from '../model/operator.ts';
import type { ProgramActor } from './audit.ts';
import type { OrganizationScope } from './database.ts';
import { keepText, type KeptText, readKeptTexts } from './kept-texts.ts';
import type { Claim } from './upgrade-queue.ts';

export type Moment = 'before' | 'after';

/** Keeps a device's configuration from before or after an upgrade, encrypted under the current key; replaces one that is there. */
export async function keepConfiguration(
  scope: OrganizationScope,
  claim: Claim,
  keys: EncryptionKeys,
  moment: Moment,
  configuration: string,
): Promise<void> {
  await keepText(
    scope,
    claim,
    keys,
    configuration,
    (sql, encrypted, keyId) => sql`
      INSERT INTO config_backups (organization_id, upgrade_id, moment, encrypted_data, encryption_key_id)
      VALUES (current_org_id(), ${claim.upgradeId}::bigint, ${moment}, ${encrypted}, ${keyId})
      ON CONFLICT (organization_id, upgrade_id, moment) DO UPDATE
      SET encrypted_data = excluded.encrypted_data, encryption_key_id = excluded.encryption_key_id, taken_at = now()`,
  );
}

/** The configuration of one moment for a worker that compares it; null if none is kept. Audited as `config.compare`. */
export async function configurationToCompare(
  scope: OrganizationScope,
  keys: EncryptionKeys,
  moment: Moment,
  {
    upgradeId,
    routerId,
    actor,
  }: { readonly upgradeId: string; readonly routerId: string; readonly actor: ProgramActor },
): Promise<string | null> {
  const event = { actor, action: 'config.compare', targetType: 'upgrade', targetId: upgradeId, upgradeId, routerId };
  const wanted = { upgradeId, partBegins: moment };
  const [kept] = await readKeptTexts(scope, keys, 'config_backups', wanted, { ...event, after: { moment } });
  return kept?.text ?? null;
}

/** Who looks at what was kept of an upgrade, and whether its secrets are shown: the row in the audit trail. */
export interface Reading {
  readonly actor: Actor;
  readonly upgradeId: string;
  readonly routerId: string;
  readonly revealed: boolean;
}

/** The configurations of an upgrade that were kept, of one moment or of both, in plain text; audited. See `readKeptTexts`. */
export async function readConfigurations(
  scope: OrganizationScope,
  keys: EncryptionKeys,
  moment: Moment | 'both',
  { actor, upgradeId, routerId, revealed }: Reading,
): Promise<readonly KeptText[]> {
  const wanted = { upgradeId, partBegins: moment === 'both' ? '' : moment };
  return readKeptTexts(scope, keys, 'config_backups', wanted, {
    actor,
    action: revealed ? 'config.reveal' : 'config.read',
    targetType: 'upgrade',
    targetId: upgradeId,
    upgradeId,
    routerId,
    after: { moment, secrets: revealed ? 'shown' : 'removed' },
  });
}
