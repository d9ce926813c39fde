import { readCommandLine } from './command-line.ts';
import { openConsole } from './open-console.ts';
import type { Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { operands } = readCommandLine(argv, {
    name: 'upgrade',
    operands: 'ID',
    count: [1, 1],
    purpose: 'Opens the console on one upgrade.',
    flags: {},
    examples: ['upgrade 0198f0b2-5c1e-7d10-9a3e-0f6f1f1c2d3e'],
  });
  return openConsole(shell, { upgrade: operands[0] ?? '' });
};
