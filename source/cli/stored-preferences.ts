import { z } from 'zod';
import type { Logger } from '../config/log.ts';
import type { Preferences } from '../config/preferences.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { readOperatorPreferences, writeOperatorPreference } from '../postgres/operator-preferences.ts';

/** Preferences that are kept in the database, with a way to wait until all are written. */
export interface StoredPreferences extends Preferences {
  settled(): Promise<void>;
}

/** For operators who share one account, so that none finds another's. What cannot be written lasts until the program ends. */
export async function openStoredPreferences(
  scope: OrganizationScope,
  operatorId: string,
  log: Logger,
): Promise<StoredPreferences> {
  const values = new Map(await readOperatorPreferences(scope, operatorId));
  let writing: Promise<unknown> = Promise.resolve();
  const write = async (key: string, value: unknown): Promise<void> => {
    try {
      const kept = await writeOperatorPreference(scope, operatorId, key, z.json().parse(value));
      if (!kept) log.warn({ key }, 'a preference is too large to be kept');
    } catch (err) {
      log.warn({ err, key }, 'a preference cannot be kept');
    }
  };
  return {
    get: (key) => values.get(key),
    set(key, value) {
      values.set(key, value);
      writing = writing.then(() => write(key, value));
    },
    settled: async () => void (await writing),
  };
}
