import { type EncryptionKeys, readEncryptionKeys } from '../config/encryption-keys.ts';
import { redactSecrets } from '../model/redact.ts';
import { cleanText } from '../model/text.ts';
import type { Reading } from '../postgres/config-backups.ts';
import type { Context } from './context.ts';
import { findUpgradeOf, type FoundUpgrade } from './find-upgrade.ts';
import { actorIn } from './session.ts';

/** What is to be shown of an upgrade, to whom, and how. */
export interface KeptTexts extends FoundUpgrade {
  readonly keys: EncryptionKeys;
  readonly reading: Reading;
  /** Makes a text fit to be shown: without escape sequences, and without secrets unless they are to be revealed. */
  readonly shown: (text: string) => string;
}

/**
 * Opens what was kept encrypted of an upgrade. It takes the role operator, and admin to see the secrets too. Throws a `UserError` for others.
 */
export async function openKeptTexts(
  context: Context,
  env: NodeJS.ProcessEnv,
  id: string,
  { act, revealed }: { readonly act: string; readonly revealed: boolean },
): Promise<KeptTexts> {
  const found = await findUpgradeOf(context, id);
  const { session, membership, upgrade } = found;
  const actor = revealed
    ? actorIn(session, membership, 'admin', `${act} with its secrets`)
    : actorIn(session, membership, 'operator', act);
  return {
    ...found,
    keys: readEncryptionKeys(env),
    reading: { actor, upgradeId: upgrade.id, routerId: upgrade.routerId, revealed },
    shown: (text) => (revealed ? cleanText(text) : redactSecrets(cleanText(text))),
  };
}
