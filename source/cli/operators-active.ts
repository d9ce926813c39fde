import { setOperatorActive } from '../postgres/operator-admin.ts';
import { asAdministrator } from './as-administrator.ts';
import { readCommandLine } from './command-line.ts';
import { toOperatorName } from './operator-operands.ts';
import { print, type Run } from './shell.ts';

export const disable: Run = activity(
  'disable',
  false,
  'Disables an operator everywhere: their consoles end, and no other opens.',
);

export const enable: Run = activity(
  'enable',
  true,
  'Lets a disabled operator in again, with the keys and roles that they had.',
);

function activity(verb: 'disable' | 'enable', active: boolean, purpose: string): Run {
  const command = `operators ${verb}`;
  return async (argv, shell) => {
    const { operands } = readCommandLine(argv, {
      name: command,
      operands: 'NAME',
      count: [1, 1],
      purpose: `${purpose} For the administrator of the database (PG_ADMIN_USER). Audited.`,
      flags: {},
      examples: [`${command} ben`],
    });
    const name = toOperatorName(command, operands[0]);
    const changed = await asAdministrator(shell, command, (admin) => setOperatorActive(admin, name, active));
    print(shell.stdout, `${name} is ${verb}d${changed ? '' : ' already'}.`);
    return 0;
  };
}
