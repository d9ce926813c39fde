import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { UserError } from './user-error.ts';

/**
 * Finds out whether a new file can be written, before there is anything to write. `flag` is what named it. Throws a `UserError` if it
 * is there already, or its folder is not one to write in.
 */
export function checkNewFile(file: string, flag: string): void {
  if (existsSync(file)) throw taken(file, flag);
  try {
    accessSync(path.dirname(file), constants.W_OK);
  } catch (error) {
    throw unwritable(error, file, flag);
  }
}

/** Writes a file that only its owner can read (mode 0600): all of it or nothing, and never over another. Throws a `UserError`. */
export function writeNewPrivateFile(file: string, text: string, flag: string): void {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}`);
  try {
    const descriptor = openSync(draft, 'wx', 0o600);
    try {
      fchmodSync(descriptor, 0o600);
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    // Unlike a rename, a link fails where there is a file by now.
    linkSync(draft, file);
  } catch (error) {
    throw existsSync(file) ? taken(file, flag) : unwritable(error, file, flag);
  } finally {
    rmSync(draft, { force: true });
  }
}

function taken(file: string, flag: string): UserError {
  return new UserError(
    `${file} is there already and is not overwritten; name another file by ${flag}, or move it away.`,
  );
}

function unwritable(error: unknown, file: string, flag: string): UserError {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  return new UserError(`${file} cannot be written (${reason}); name a file in a folder of yours by ${flag}.`, {
    cause: error,
  });
}
