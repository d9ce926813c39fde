import { readCommandLine } from './command-line.ts';
import { openConsole } from './open-console.ts';
import type { Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  readCommandLine(argv, {
    name: '',
    purpose:
      'Opens the console on the fleet. The databases come from the environment; `netup-tui doctor` says what is amiss with them.',
    flags: {},
  });
  return openConsole(shell);
};
