import { readCommandLine } from './command-line.ts';
import { openConsole, readOnlyFlag } from './open-console.ts';
import type { Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: '',
    purpose:
      'Opens the console on the fleet. The databases come from the environment; `netup-tui doctor` says what is amiss with them.',
    flags: readOnlyFlag,
  });
  return openConsole(shell, { readOnly: flags.readOnly === true });
};
