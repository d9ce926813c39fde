import { UserError } from '../config/user-error.ts';
import { type Blackout, LONGEST_BLACKOUT_REASON } from '../model/blackout.ts';
import type { Actor, Membership } from '../model/operator.ts';
import type { Role } from '../model/role.ts';
import { cleanLine } from '../model/text.ts';
import { addBlackout, listBlackouts, removeBlackout } from '../postgres/blackouts.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { readTime } from './read-time.ts';
import { actorIn, findSession, startMembership } from './session.ts';
import { print, type Run, type Shell } from './shell.ts';
import { textTable } from './text-table.ts';

export const list: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'blackouts list',
    purpose: 'Lists the times in which no upgrade begins; what is over is left out.',
    flags: { json: { type: 'boolean', help: 'print JSON' } },
    examples: ['blackouts list'],
  });
  const context = openContext(shell.env);
  try {
    const session = await findSession(context.database, context.settings);
    const { organizationId, slug } = startMembership(session, context.settings.organization);
    const blackouts = await listBlackouts(context.database.organization(organizationId), new Date());
    if (flags.json === true) print(shell.stdout, JSON.stringify(blackouts));
    else if (blackouts.length === 0) print(shell.stdout, `There are no blackouts in ${slug}.`);
    else print(shell.stdout, ...textTable([['ID', 'SITE', 'FROM', 'TO', 'BY', 'REASON'], ...blackouts.map(toCells)]));
    return 0;
  } finally {
    await context.close();
  }
};

export const add: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'blackouts add',
    purpose:
      'Says that no upgrade begins in a time, at one site or everywhere in your organization. One that runs goes on until before its ' +
      'activation, and is held there. Takes the role approver; audited.',
    flags: {
      from: { type: 'string', placeholder: 'TIME', help: 'such as 2026-12-23T18:00Z; now if left out' },
      to: { type: 'string', placeholder: 'TIME', help: 'when upgrades may begin again; needed' },
      site: { type: 'string', placeholder: 'NAME', help: 'only at this site' },
      reason: { type: 'string', placeholder: 'TEXT', help: 'why, for everybody whom it stops; needed' },
    },
    examples: ['blackouts add --from 2026-12-23T18:00Z --to 2027-01-02T06:00Z --reason "holidays"'],
  });
  const from = toTime('--from', flags.from) ?? new Date();
  const to = toTime('--to', flags.to) ?? wrong('--to TIME is needed: when upgrades may begin again.');
  if (to <= from) wrong('--to must be later than --from.');
  if (to <= new Date()) wrong('--to is in the past, so nothing would be stopped.');
  const reason = cleanLine(flags.reason ?? '').trim();
  if (reason === '' || reason.length > LONGEST_BLACKOUT_REASON) {
    wrong(`--reason TEXT is needed, of at most ${LONGEST_BLACKOUT_REASON} characters.`);
  }
  await change(shell, 'add a blackout', async (scope, actor, { slug }) => {
    const id = await addBlackout(scope, actor, { site: flags.site ?? null, from, to, reason });
    return `Blackout ${id} of ${slug} holds from ${written(from)} to ${written(to)}.`;
  });
  return 0;
};

export const remove: Run = async (argv, shell) => {
  const { operands } = readCommandLine(argv, {
    name: 'blackouts remove',
    operands: 'ID',
    count: [1, 1],
    purpose: 'Removes a blackout: upgrades that it kept waiting begin. Takes the role approver; audited.',
    flags: {},
    examples: ['blackouts remove 3'],
  });
  const [id = ''] = operands;
  await change(shell, 'remove a blackout', async (scope, actor, { slug }) => {
    await removeBlackout(scope, actor, id);
    return `Blackout ${id} of ${slug} is removed.`;
  });
  return 0;
};

const REQUIRED: Role = 'approver';

async function change(
  shell: Shell,
  act: string,
  work: (scope: OrganizationScope, actor: Actor, membership: Membership) => Promise<string>,
): Promise<void> {
  const context = openContext(shell.env);
  try {
    refuseIfReadOnly(context, act);
    const session = await findSession(context.database, context.settings);
    const membership = startMembership(session, context.settings.organization);
    const actor = actorIn(session, membership, REQUIRED, act);
    print(shell.stdout, await work(context.database.organization(membership.organizationId), actor, membership));
  } finally {
    await context.close();
  }
}

function toCells({ id, site, from, to, reason, createdBy }: Blackout): readonly string[] {
  return [id, site ?? 'all', written(from), written(to), createdBy, reason];
}

function written(time: Date): string {
  return `${time.toISOString().slice(0, 16)}Z`;
}

function toTime(flag: string, value: string | undefined): Date | null {
  if (value === undefined) return null;
  return readTime(value) ?? wrong(`${flag} must be a time with its zone, for example ${flag} 2026-12-23T18:00Z.`);
}

function wrong(fault: string): never {
  throw new UserError(`netup-tui blackouts add: ${fault}`, { exitCode: 2 });
}
