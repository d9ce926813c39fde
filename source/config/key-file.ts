import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { UserError } from './user-error.ts';
import { quoted } from './printable.ts';

/** One line of a key file. */
interface KeyLine {
  readonly id: string;
  readonly text: string;
  /** The file and the line, for messages. */
  readonly where: string;
}

/** More than this is not a key file. */
const LARGEST = 64 * 1024;

/**
 * The lines `id:base64` of a file that its owner alone can read (mode 0600 or 0400); empty lines and lines that begin with # do not
 * count. Throws a `UserError` without anything of the file's content.
 */
export function readKeyFile(file: string): readonly KeyLine[] {
  const name = `The key file ${quoted(file, 200)}`;
  const lines = readPrivate(file, name).split(/\r?\n/u);
  const keys = lines.flatMap((line, index) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const where = `${name}, line ${index + 1},`;
    const colon = trimmed.indexOf(':');
    if (colon === -1) throw new UserError(`${where} is not of the form "id:base64".`);
    return [{ id: trimmed.slice(0, colon).trim(), text: trimmed.slice(colon + 1).trim(), where }];
  });
  if (keys.length === 0) throw new UserError(`${name} has no line "id:base64" in it.`);
  return keys;
}

function readPrivate(file: string, name: string): string {
  const descriptor = open(file, name);
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

function open(file: string, name: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new UserError(`${name} cannot be read (${reason}); NETUP_KEY_FILE names it.`, { cause: error });
  }
}
