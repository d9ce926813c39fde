import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { lockDirectory } from './embedded/directory-lock.ts';

/** Forgets a demo's data, for `--fresh`; the unpacked programs stay. Throws a `UserError` if that demo is running. */
export async function startOver(serverDirectory: string): Promise<void> {
  if (!existsSync(serverDirectory)) return;
  const unlock = await lockDirectory(serverDirectory);
  try {
    // The mark first: without it the data counts as half-made.
    for (const name of ['initialised', 'data', 'admin-password']) {
      rmSync(path.join(serverDirectory, name), { recursive: true, force: true });
    }
  } finally {
    await unlock();
  }
}
