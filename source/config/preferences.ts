import { copyFileSync, readFileSync, watch } from 'node:fs';
import path from 'node:path';
import Conf from 'conf';
import { z } from 'zod';
import { makePrivateFolder, type Paths } from './paths.ts';

/** What the console remembers between sessions: JSON values by key. Whoever reads a value checks it, since people edit the file. */
export interface Preferences {
  get(key: string): unknown;
  /** Writes at once; what cannot be written (a full disk, a read-only home) lasts until the program ends. */
  set(key: string, value: unknown): void;
  /**
   * Calls back after somebody else changed the file, with what is wrong with it, or null; the values are the new ones then. Returns how
   * to stop. Absent where there is no file.
   */
  watch?(onChange: (fault: string | null) => void): () => void;
}

/** Longer than an editor takes to save a small file. */
const SAVED_BY_MS = 50;
const FILE = 'preferences.json';

/** Opens the preferences. A spoilt file is set aside as `preferences.json.spoilt`, never an error. */
export function openPreferences(paths: Paths): Preferences {
  const file = path.join(paths.config, FILE);
  const store = openStore(paths.config);
  const values = new Map<string, unknown>(store === null ? [] : Object.entries(store.store));
  return {
    get: (key) => values.get(key),
    set: (key, value) => {
      values.set(key, value);
      try {
        setAsideIfSpoilt(file);
        store?.set(key, value);
      } catch {
        // Kept in memory; see the interface.
      }
    },
    watch: (onChange) =>
      watchFile(file, () => {
        const read = readValues(file);
        if (typeof read === 'string') return onChange(read);
        if (JSON.stringify(read) === JSON.stringify(Object.fromEntries(values))) return;
        values.clear();
        for (const [key, value] of Object.entries(read)) values.set(key, value);
        onChange(null);
      }),
  };
}

function openStore(folder: string): Conf | null {
  try {
    makePrivateFolder(folder);
    setAsideIfSpoilt(path.join(folder, FILE));
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

const valuesSchema = z.record(z.string(), z.unknown());

/** What is in the file; a sentence if that cannot be said. */
function readValues(file: string): Readonly<Record<string, unknown>> | string {
  try {
    return valuesSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return `${FILE} is not JSON now; what was read from it before stays.`;
  }
}

/** Editors replace files rather than change them, so the folder is watched; where that is not possible, nothing is. */
function watchFile(file: string, onChange: () => void): () => void {
  let waiting: NodeJS.Timeout | undefined;
  try {
    const watcher = watch(path.dirname(file), { persistent: false }, (_event, name) => {
      if (name !== path.basename(file)) return;
      clearTimeout(waiting);
      // A file that is being saved is empty at first.
      waiting = setTimeout(onChange, SAVED_BY_MS).unref();
    });
    watcher.on('error', () => watcher.close());
    return () => {
      clearTimeout(waiting);
      watcher.close();
    };
  } catch {
    return () => undefined;
  }
}
