import { UserError } from '../config/user-error.ts';
import { cleanLine } from '../model/text.ts';
import { addOperator } from '../postgres/operator-admin.ts';
import { asAdministrator } from './as-administrator.ts';
import { readCommandLine } from './command-line.ts';
import { toOperatorName, toRole } from './operator-operands.ts';
import { print, type Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const command = 'operators add';
  const { flags, operands } = readCommandLine(argv, {
    name: command,
    operands: 'NAME',
    count: [1, 1],
    purpose:
      'Adds an operator, as a member of one organization. For the administrator of the database (PG_ADMIN_USER). Audited.',
    flags: {
      display: { type: 'string', placeholder: 'TEXT', help: 'the name for people; the operator name if left out' },
      organization: { type: 'string', placeholder: 'SLUG', help: 'where they begin; NETUP_ORGANIZATION if left out' },
      role: { type: 'string', placeholder: 'ROLE', help: 'as what; viewer if left out' },
    },
    examples: ['operators add ana --display "Ana Silva" --organization north-carrier --role approver'],
  });
  const name = toOperatorName(command, operands[0]);
  const role = toRole(command, flags.role ?? 'viewer');
  const displayName = cleanLine(flags.display ?? name)
    .trim()
    .slice(0, 120);
  if (displayName === '') throw new UserError(`netup-tui ${command}: --display is empty.`, { exitCode: 2 });
  await asAdministrator(shell, command, async (admin, settings) => {
    const organization = flags.organization ?? settings.organization;
    if (organization === null) {
      throw new UserError(`netup-tui ${command}: --organization SLUG is missing.`, { exitCode: 2 });
    }
    await addOperator(admin, { name, displayName, organization, role });
    print(
      shell.stdout,
      `${name} is ${role} in ${organization}. \`netup-tui operators keys add ${name} FILE\` lets them log in.`,
    );
  });
  return 0;
};
