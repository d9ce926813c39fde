import { randomUUID } from 'node:crypto';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { UserError } from './user-error.ts';

/** The path that somebody wrote, absolute: `~/` is the home folder, and what is relative is under the current folder. */
export function writtenPath(text: string): string {
  return text.startsWith('~/') ? path.join(homedir(), text.slice(2)) : path.resolve(text);
}

/** True if something of that name is there. */
export async function fileExists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/**
 * Writes a file for people from pieces, mode 0600: all of it or nothing. It takes the place of another only with `overwrite`. Throws a
 * `UserError` that says why it cannot.
 */
export async function writeExportedFile(
  file: string,
  pieces: Iterable<string>,
  { overwrite = false }: { readonly overwrite?: boolean } = {},
): Promise<void> {
  const draft = path.join(path.dirname(file), `.${path.basename(file).slice(0, 100)}.${randomUUID()}`);
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      for (const piece of pieces) await handle.write(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // Unlike a rename, a link fails where there is a file by now.
    if (overwrite) await rename(draft, file);
    else await link(draft, file);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new UserError(
      reason === 'EEXIST'
        ? `${file} is there already and was not overwritten.`
        : `${file} cannot be written (${reason}): name a file in a folder of yours.`,
      { cause: error },
    );
  } finally {
    await rm(draft, { force: true });
  }
}
