import { readCommandLine } from './command-line.ts';
import { openConsole } from './open-console.ts';
import type { Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { operands } = readCommandLine(argv, {
    name: 'router',
    operands: 'HOST',
    count: [1, 1],
    purpose: 'Opens the console on one router, by hostname or id.',
    flags: {},
    examples: ['router core-r1'],
  });
  return openConsole(shell, { router: operands[0] ?? '' });
};
