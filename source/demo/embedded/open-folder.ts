import { chmod, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder that everybody can pass through, with those above it that are missing, whatever the umask says: the account that
 * the server runs as must get to its programs and its data. Leaves folders above it that were there as they are.
 */
export async function makeOpenFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  if (first === undefined) return;
  for (let made = path.dirname(folder); made.startsWith(first); made = path.dirname(made)) await chmod(made, 0o755);
}

/** Lets everybody read what is in a folder, and run what is in its `bin`. Nothing in it may be a link yet. */
export async function openContents(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const isProgram = path.relative(folder, entry.parentPath) === 'bin';
    await chmod(path.join(entry.parentPath, entry.name), entry.isDirectory() || isProgram ? 0o755 : 0o644);
  }
}
