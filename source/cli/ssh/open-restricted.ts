import { UserError } from '../../config/user-error.ts';
import type { SessionPlace } from '../../postgres/console-sessions.ts';
import { assertSafeRole } from '../../postgres/safe-role.ts';
import { assertTables } from '../check-tables.ts';
import { openContext } from '../context.ts';
import type { ConsoleFlags } from '../console-flags.ts';
import { startConsole } from '../start-console.ts';
import type { Shell } from '../shell.ts';
import { readAuthentication } from './authentication.ts';
import { readEnvironmentFile } from './environment-file.ts';
import { findVouched, type VouchedOperator } from '../../serve/identity/find-vouched.ts';

/**
 * The console as sshd's forced command. The operator is the one that sshd vouches for, and the variables are those of the file: none of ours
 * is taken from the process's environment, to which a client may be let add.
 */
export async function openRestricted(shell: Shell, file: string, flags: ConsoleFlags): Promise<number> {
  const { HOME, SSH_CONNECTION, SSH_ORIGINAL_COMMAND, SSH_TTY, SSH_USER_AUTH } = shell.env;
  if (SSH_ORIGINAL_COMMAND !== undefined && SSH_ORIGINAL_COMMAND !== '') {
    throw new UserError('This account has the console and nothing else: connect without a command.');
  }
  const env = { HOME, ...readEnvironmentFile(file) };
  const { name, identity } = await whoIs(env, SSH_USER_AUTH);
  const place: SessionPlace = {
    identity,
    remote: SSH_CONNECTION?.split(' ')[0]?.slice(0, 64) ?? null,
    terminal: SSH_TTY?.slice(0, 64) ?? null,
  };
  const restriction = { restricted: true, place } as const;
  return startConsole({ ...shell, env: { ...env, NETUP_OPERATOR: name } }, { flags, restriction });
}

async function whoIs(env: NodeJS.ProcessEnv, authentication: string | undefined): Promise<VouchedOperator> {
  const vouched = readAuthentication(authentication);
  const context = openContext(env);
  const { database } = context;
  try {
    await assertTables(database);
    await assertSafeRole(database, 'app_user');
    return await findVouched(database, vouched);
  } finally {
    await context.close();
  }
}
