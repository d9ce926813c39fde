import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { parseEnv } from 'node:util';
import { UserError } from '../../config/user-error.ts';

const LARGEST = 64 * 1024;

/**
 * Variables from a file of lines `NAME=value`, so that they are in no process's environment, which a client of sshd might add to. The file has
 * passwords: it must be root's or ours, and closed to everybody but one group that may read it (mode 0640). Throws a `UserError`.
 */
export function readEnvironmentFile(file: string): NodeJS.ProcessEnv {
  let descriptor;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new UserError(`The file of variables ${file} cannot be read (${reason}).`, { cause: error });
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size > LARGEST) throw new UserError(`The file of variables ${file} is no text file.`);
    if (stat.uid !== 0 && stat.uid !== process.getuid?.()) {
      throw new UserError(`The file of variables ${file} must belong to root: chown root ${file}.`);
    }
    if ((stat.mode & 0o027) !== 0) {
      throw new UserError(`The file of variables ${file} is open to others: chmod 640 ${file}.`);
    }
    return { ...parseEnv(readFileSync(descriptor, 'utf8')) };
  } finally {
    closeSync(descriptor);
  }
}
