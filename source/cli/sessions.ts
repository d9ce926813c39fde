import { UserError } from '../config/user-error.ts';
import type { Actor, Membership } from '../model/operator.ts';
import { endSession, listSessions } from '../postgres/console-sessions.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { actorIn, findSession, startMembership } from './session.ts';
import { print, type Run, type Shell } from './shell.ts';
import { textTable } from './text-table.ts';

export const list: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'sessions list',
    purpose: 'Lists the consoles that are open on your organization. For its admins.',
    flags: { json: { type: 'boolean', help: 'print JSON' } },
    examples: ['sessions list'],
  });
  return asAdmin(shell, 'list sessions', false, async ({ scope, membership }) => {
    const sessions = await listSessions(scope);
    const rows = sessions.map(({ id, operator, identity, remote, terminal, startedAt }) => [
      id,
      operator,
      `${startedAt.toISOString().slice(0, 16)}Z`,
      remote ?? '-',
      terminal ?? '-',
      identity ?? 'nobody vouches for the name',
    ]);
    if (flags.json === true) print(shell.stdout, JSON.stringify(sessions));
    else if (sessions.length === 0) print(shell.stdout, `No console is open on ${membership.slug}.`);
    else
      print(shell.stdout, ...textTable([['ID', 'OPERATOR', 'SINCE', 'FROM', 'TERMINAL', 'LOGGED IN WITH'], ...rows]));
  });
};

export const end: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'sessions end',
    operands: 'ID',
    count: [1, 1],
    purpose:
      'Ends an open console of your organization; its operator is told by whom and why. For its admins. Audited.',
    flags: { reason: { type: 'string', placeholder: 'TEXT', help: 'for the operator and the audit trail' } },
    examples: ['sessions end 12 --reason "left open over night"'],
  });
  const id = operands[0] ?? '';
  if (!/^\d{1,18}$/u.test(id)) {
    throw new UserError('netup-tui sessions end: ID is the number that `netup-tui sessions list` shows.', {
      exitCode: 2,
    });
  }
  const reason = flags.reason?.slice(0, 500) ?? null;
  return asAdmin(shell, 'end sessions', true, async ({ scope, membership, actor }) => {
    const operator = await endSession(scope, actor, id, reason);
    if (operator === null) throw new UserError(`There is no open session ${id} in ${membership.slug}.`);
    print(shell.stdout, `Session ${id} of ${operator} in ${membership.slug} is ended.`);
  });
};

interface Admin {
  readonly scope: OrganizationScope;
  readonly membership: Membership;
  readonly actor: Actor;
}

async function asAdmin(
  shell: Shell,
  act: string,
  changes: boolean,
  work: (admin: Admin) => Promise<void>,
): Promise<number> {
  const context = openContext(shell.env);
  try {
    if (changes) refuseIfReadOnly(context, act);
    const session = await findSession(context.database, context.settings);
    const membership = startMembership(session, context.settings.organization);
    const actor = actorIn(session, membership, 'admin', act);
    await work({ scope: context.database.organization(membership.organizationId), membership, actor });
    return 0;
  } finally {
    await context.close();
  }
}
