import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../../config/package-root.ts';

/** One file of `sql/migrations/`. */
export interface Migration {
  /** `002-inventory`. */
  readonly name: string;
  readonly text: string;
  /** SHA-256 of the text: an applied file must not change. */
  readonly checksum: string;
}

/** The migrations that this version of the program knows, in order. */
export async function readMigrations(
  folder = path.join(packageRoot, 'sql', 'migrations'),
): Promise<readonly Migration[]> {
  const files = (await readdir(folder)).filter((file) => /^\d{3}-[a-z0-9-]+\.sql$/u.test(file)).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(path.join(folder, file), 'utf8');
      return { name: file.slice(0, -'.sql'.length), text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}
