import { copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Conf from 'conf';
import { z } from 'zod';
import { makePrivateFolder, type Paths } from './paths.ts';

/** What an operator chose and the console remembers. A field that is missing or spoilt has its default. */
const schema = z.object({
  /** Colours; null: chosen for the terminal. */
  theme: z.string().max(64).nullable().catch(null),
  /** Times in UTC, or in the zone of each router's site. */
  clock: z.enum(['utc', 'site']).catch('utc'),
  /** Slug of the organization that was open last; null: none yet. */
  organization: z.string().max(64).nullable().catch(null),
  /** How the fleet is sorted; null: by hostname. */
  fleetSort: z
    .object({ column: z.string().max(64), descending: z.boolean() })
    .nullable()
    .catch(null),
});

export type PreferenceValues = z.infer<typeof schema>;

export interface Preferences {
  readonly values: PreferenceValues;
  /** Writes one preference at once; what cannot be written (a full disk, a read-only home) lasts until the program ends. */
  set<Key extends keyof PreferenceValues>(key: Key, value: PreferenceValues[Key]): void;
}

/** Opens the preferences. A spoilt file is set aside as `preferences.json.spoilt`, never an error. */
export function openPreferences(paths: Paths): Preferences {
  let values = schema.parse({});
  const store = openStore(paths.config);
  if (store !== null) values = schema.parse({ ...store.store });
  return {
    get values() {
      return values;
    },
    set(key, value) {
      values = { ...values, [key]: value };
      try {
        store?.set(key, value);
      } catch {
        // Kept in memory; see the interface.
      }
    },
  };
}

function openStore(folder: string): Conf | null {
  try {
    makePrivateFolder(folder);
    setAsideIfSpoilt(path.join(folder, 'preferences.json'));
    return new Conf({
      cwd: folder,
      configName: 'preferences',
      configFileMode: 0o600,
      clearInvalidConfig: true,
      accessPropertiesByDotNotation: false,
    });
  } catch {
    return null;
  }
}

/** Conf clears a file that it cannot read; a hand-edited one is worth keeping. */
function setAsideIfSpoilt(file: string): void {
  try {
    JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) copyFileSync(file, `${file}.spoilt`);
  }
}
