import { readCommandLine } from './command-line.ts';
import { consoleFlags } from './console-flags.ts';
import { startConsole } from './start-console.ts';
import type { Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { operands, flags } = readCommandLine(argv, {
    name: 'router',
    operands: 'HOST',
    count: [1, 1],
    purpose: 'Opens the console on one router, by hostname or id.',
    flags: consoleFlags,
    examples: ['router core-r1'],
  });
  return startConsole(shell, { openAt: { router: operands[0] ?? '' }, flags });
};
