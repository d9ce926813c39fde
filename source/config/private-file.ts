import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { UserError } from './user-error.ts';

/** More than this is not a file with keys. */
const LARGEST = 64 * 1024;

/**
 * Reads a file with keys that its owner alone can read (mode 0600 or 0400). `name` is what messages call it, `variable` what names it.
 * Throws a `UserError` without anything of the file's content.
 */
export function readPrivateFile(file: string, name: string, variable: string): string {
  const descriptor = open(file, name, variable);
  try {
    // Of the open file, so that nobody can exchange it between the look and the reading.
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size > LARGEST) throw new UserError(`${name} is not a text file with keys in it.`);
    if (process.platform !== 'win32' && (stat.mode & 0o177) !== 0) {
      const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
      throw new UserError(`${name} has the mode ${mode}, so others than its owner could use it: chmod 600 it.`);
    }
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

function open(file: string, name: string, variable: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new UserError(`${name} cannot be read (${reason}); ${variable} names it.`, { cause: error });
  }
}
