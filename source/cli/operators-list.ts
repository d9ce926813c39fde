import { listMembers } from '../postgres/members.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { findSession, startMembership } from './session.ts';
import { print, type Run } from './shell.ts';
import { textTable } from './text-table.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'operators list',
    purpose: 'Lists the operators of your organization, with their roles and how many keys they have.',
    flags: { json: { type: 'boolean', help: 'print JSON' } },
    examples: ['operators list'],
  });
  const context = openContext(shell.env);
  try {
    const session = await findSession(context.database, context.settings);
    const { organizationId } = startMembership(session, context.settings.organization);
    const members = await listMembers(context.database.organization(organizationId));
    const rows = members.map(({ name, displayName, role, active, keys }) => [
      name,
      role,
      active ? 'active' : 'disabled',
      String(keys),
      displayName,
    ]);
    if (flags.json === true) print(shell.stdout, JSON.stringify(members));
    else print(shell.stdout, ...textTable([['OPERATOR', 'ROLE', 'STATE', 'KEYS', 'NAME'], ...rows]));
    return 0;
  } finally {
    await context.close();
  }
};
