import { version } from '../config/package-root.ts';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { readCommandLine } from './command-line.ts';
import { completionPlaces, describeCommands } from './completion/command-table.ts';
import { manPage } from './completion/man-page.ts';
import { COMPLETED_SHELLS, completionScript } from './completion/scripts.ts';
import type { Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { operands } = readCommandLine(argv, {
    name: 'completion',
    operands: 'SHELL',
    count: [1, 1],
    purpose:
      'Prints what makes a shell complete commands and flags (bash, zsh or fish), or the manual page (man). The first line of each says where to.',
    flags: {},
    examples: ['completion bash > /usr/share/bash-completion/completions/netup-tui', 'completion man > netup-tui.1'],
  });
  const [wanted = ''] = operands;
  const known = COMPLETED_SHELLS.find((one) => one === wanted);
  if (known === undefined && wanted !== 'man') {
    throw new UserError(`netup-tui completion: ${quoted(wanted)} is none of bash, zsh, fish and man.`, { exitCode: 2 });
  }
  const { COMMANDS } = await import('./commands.ts');
  const commands = await describeCommands(COMMANDS, shell);
  const text = known === undefined ? manPage(commands, version) : completionScript(known, completionPlaces(commands));
  shell.stdout.write(text);
  return 0;
};
