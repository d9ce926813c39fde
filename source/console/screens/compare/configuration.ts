import { UserError } from '../../../config/user-error.ts';
import { redactSecrets } from '../../../model/redact.ts';
import { cleanLine, cleanText } from '../../../model/text.ts';
import { unifiedDiff } from '../../../model/unified-diff.ts';
import { type Moment, readConfigurations } from '../../../postgres/config-backups.ts';
import type { ConsoleServices } from '../../services.ts';
import { comparedUpgradeSlice, configurationDiffSlice } from './state.ts';

/** Reads both configurations, for the record, and keeps what differs without secrets. */
export async function readDiff(services: ConsoleServices): Promise<void> {
  const { store, context, scope, actor } = services;
  const { upgrade } = store.get(comparedUpgradeSlice);
  if (upgrade === null) return;
  const reading = { actor: actor(), upgradeId: upgrade.id, routerId: upgrade.routerId, revealed: false };
  const texts = await readConfigurations(scope(), context.encryptionKeys(), 'both', reading);
  const textOf = (moment: Moment): string => {
    const found = texts.find(({ part }) => part === moment);
    if (found === undefined) throw new UserError(`No configuration from ${moment} upgrade ${upgrade.id} is kept.`);
    return cleanText(found.text);
  };
  const lines = unifiedDiff(textOf('before'), textOf('after'), redactSecrets).map(cleanLine);
  store.set(configurationDiffSlice, { upgradeId: upgrade.id, lines });
}
