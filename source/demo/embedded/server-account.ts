import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../config/user-error.ts';

/** Ids that the server runs under. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root. So root lends it an account that is already there, `nobody` if it can, and makes none; null
 * means our own account will do. PostgreSQL looks its user up, so a bare number is not enough.
 */
export function serverAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => uid > 0 && gid > 0);
  const account = accounts.find(({ name }) => name === 'nobody') ?? accounts.at(0);
  if (account === undefined) {
    throw new UserError(
      'PostgreSQL does not run as root, and /etc/passwd has no other account; run netup-tui as a user.',
    );
  }
  return { uid: account.uid, gid: account.gid };
}

/**
 * Where the server's files go: below the state folder, except for root whose home the server's account cannot enter. Root's go to
 * /var/lib then.
 */
export function defaultServerDirectory(stateDirectory: string): string {
  const own = path.join(stateDirectory, 'postgres');
  if (serverAccount() === null || everybodyCanEnter(stateDirectory)) return own;
  // One folder for each state folder, so that two demos of root with different states stay apart.
  return path.join('/var/lib/netup-tui', stateDirectory.replace(/[^A-Za-z0-9]+/gu, '-').replace(/^-/u, ''));
}

function everybodyCanEnter(folder: string): boolean {
  for (let current = path.resolve(folder); ; current = path.dirname(current)) {
    if (existsSync(current)) {
      accessSync(current, constants.X_OK);
      if ((statSync(current).mode & 0o001) === 0) return false;
    }
    if (current === path.dirname(current)) return true;
  }
}
