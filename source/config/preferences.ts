import { copyFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Conf from 'conf';
import { makePrivateFolder, type Paths } from './paths.ts';

/** What the console remembers between sessions: JSON values by key. Whoever reads a value checks it, since people edit the file. */
export interface Preferences {
  get(key: string): unknown;
  /** Writes at once; what cannot be written (a full disk, a read-only home) lasts until the program ends. */
  set(key: string, value: unknown): void;
}

/** Opens the preferences. A spoilt file is set aside as `preferences.json.spoilt`, never an error. */
export function openPreferences(paths: Paths): Preferences {
  const store = openStore(paths.config);
  const values = new Map<string, unknown>(store === null ? [] : Object.entries(store.store));
  return {
    get: (key) => values.get(key),
    set: (key, value) => {
      values.set(key, value);
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
