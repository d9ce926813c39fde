import { UserError } from '../config/user-error.ts';
import { readCommandLine } from './command-line.ts';
import { consoleFlags } from './console-flags.ts';
import { startConsole } from './start-console.ts';
import type { Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: '',
    purpose:
      'Opens the console on the fleet. The databases come from the environment; `netup-tui doctor` says what is amiss with them.',
    flags: {
      ...consoleFlags,
      restricted: {
        type: 'boolean',
        help: 'as the forced command of sshd: the operator is whom sshd vouches for, and nothing leads out of the console',
      },
      // Not --env-file: Node takes a flag of that name for its own, wherever it stands.
      variables: { type: 'string', placeholder: 'FILE', help: 'with --restricted: the file with the variables' },
    },
  });
  if (flags.restricted !== true && flags.variables === undefined) return startConsole(shell, { flags });
  if (flags.restricted !== true || flags.variables === undefined) {
    throw new UserError('netup-tui: --restricted and --variables FILE go together.', { exitCode: 2 });
  }
  const { openRestricted } = await import('./ssh/open-restricted.ts');
  return openRestricted(shell, flags.variables, flags);
};
