import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { readEnvironmentFile } from '../ssh/environment-file.ts';
import { fail, type Finding, ok, reason } from './finding.ts';
import type { ServerSettings } from './ssh-server.ts';

const WRITABLE_BY_OTHERS = 0o022;

/** Whether nobody but root can write the program that sshd starts, nor a folder above it: else sshd does not run it, silently. */
export function checkProgram(settings: ServerSettings): readonly Finding[] {
  const program = /^(\/\S+)/u.exec(settings.get('authorizedkeyscommand') ?? '')?.[1];
  if (program === undefined) return [];
  try {
    // sshd looks at the path as it is written; what a link leads to is run with its rights.
    const writable = [...above(program), ...above(realpathSync(program))].filter((place) => isWritableByOthers(place));
    const [first] = writable;
    if (first === undefined) return [ok('program', `${program} can be written by root alone`)];
    const advice = `chown root ${first} && chmod go-w ${first}`;
    return [fail('program', `others than root can write ${first}, so sshd does not run ${program}`, advice)];
  } catch (error) {
    return [fail('program', reason(error), 'Install the program where the configuration of sshd looks for it.')];
  }
}

/** A file and the folders above it. */
function above(file: string): readonly string[] {
  const parent = path.dirname(file);
  return parent === file ? [file] : [file, ...above(parent)];
}

function isWritableByOthers(place: string): boolean {
  const { uid, mode } = statSync(place);
  return uid !== 0 || (mode & WRITABLE_BY_OTHERS) !== 0;
}

/** Whether the file of variables can be read, by the account and by nobody else, and has what the console needs. */
export function checkVariables(settings: ServerSettings): readonly Finding[] {
  const file = / --variables (\/\S+)/u.exec(settings.get('forcecommand') ?? '')?.[1];
  if (file === undefined) return [];
  try {
    const missing = ['PG_HOST', 'PG_USER', 'PG_PASSWORD'].filter((name) => !(name in readEnvironmentFile(file)));
    if (missing.length === 0) return [ok('variables', `${file} is closed to others, and has a login to PostgreSQL`)];
    return [fail('variables', `${file} has no ${missing.join(', no ')}`, 'Lines NAME=value, as docs/ssh.md says.')];
  } catch (error) {
    return [fail('variables', reason(error), 'docs/ssh.md says what is in it, and whose it is.')];
  }
}
