import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { UserError } from './user-error.ts';

/** Where the program keeps its files. */
export interface Paths {
  /** Log, crash reports and the demo's data: NETUP_STATE_DIR, else by the XDG rules. */
  readonly state: string;
  /** Preferences. */
  readonly config: string;
  readonly log: string;
}

/** Names the folders; makes nothing. NETUP_STATE_DIR holds the preferences too, so that one variable moves everything. */
export function findPaths(env: NodeJS.ProcessEnv): Paths {
  const own = env['NETUP_STATE_DIR'];
  const state = own ? own : path.join(base(env['XDG_STATE_HOME'], '.local/state'), 'netup-tui');
  const config = own ? path.join(own, 'config') : path.join(base(env['XDG_CONFIG_HOME'], '.config'), 'netup-tui');
  return { state, config, log: path.join(state, 'netup-tui.log') };
}

/** The XDG rules say to ignore a relative path. */
function base(variable: string | undefined, fallback: string): string {
  return variable !== undefined && path.isAbsolute(variable) ? variable : path.join(homedir(), fallback);
}

/** Makes a folder that only its owner can enter, and closes an existing one to others. Throws a `UserError` if it cannot. */
export function makePrivateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new UserError(
      `The folder ${folder} cannot be made or closed to others (${reason}); set NETUP_STATE_DIR to a folder of yours.`,
      { cause: error },
    );
  }
}
