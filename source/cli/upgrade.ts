import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { readCommandLine } from './command-line.ts';
import { consoleFlags } from './console-flags.ts';
import { startConsole } from './start-console.ts';
import type { Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { operands, flags } = readCommandLine(argv, {
    name: 'upgrade',
    operands: 'ID',
    count: [1, 1],
    purpose: 'Opens the console on one upgrade.',
    flags: consoleFlags,
    examples: ['upgrade 42'],
  });
  const [id = ''] = operands;
  if (!/^\d{1,18}$/u.test(id)) {
    throw new UserError(`netup-tui upgrade: ${quoted(id)} is not the number of an upgrade, such as 42.`, {
      exitCode: 2,
    });
  }
  return startConsole(shell, { openAt: { upgrade: id }, flags });
};
