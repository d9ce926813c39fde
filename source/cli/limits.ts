import { readSettings } from '../config/environment.ts';
import { UserError } from '../config/user-error.ts';
import { HIGHEST_LIMIT } from '../model/upgrade-limits.ts';
import { openDatabase } from '../postgres/database.ts';
import { type LimitsInUse, readLimits, setLimits, setOverallLimit } from '../postgres/upgrade-limits.ts';
import { assertTables } from './check-tables.ts';
import { readCommandLine } from './command-line.ts';
import { adminSettings, openContext } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { actorIn, findSession, startMembership } from './session.ts';
import { print, type Run, type Shell } from './shell.ts';
import { textTable } from './text-table.ts';

export const show: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'limits show',
    purpose: 'Shows how many upgrades may run at once in your organization.',
    flags: { json: { type: 'boolean', help: 'print JSON' } },
    examples: ['limits show'],
  });
  const context = openContext(shell.env);
  try {
    const session = await findSession(context.database, context.settings);
    const membership = startMembership(session, context.settings.organization);
    const limits = await readLimits(context.database.organization(membership.organizationId));
    print(shell.stdout, ...(flags.json === true ? [JSON.stringify(limits)] : describe(limits, membership.slug)));
    return 0;
  } finally {
    await context.close();
  }
};

export const set: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'limits set',
    purpose:
      'Sets how many upgrades may run at once: in your organization, as its admin, or over all of them, as the administrator of the ' +
      'database (PG_ADMIN_USER). What runs already goes on. Audited.',
    flags: {
      perSite: { type: 'string', placeholder: 'N', help: 'at one site; none for no limit' },
      perOrganization: { type: 'string', placeholder: 'N', help: 'in the organization; none for no limit' },
      overall: { type: 'string', placeholder: 'N', help: 'over all organizations; none for no limit; alone' },
    },
    examples: ['limits set --per-site 2', 'limits set --per-organization none', 'limits set --overall 200'],
  });
  const { perSite, perOrganization, overall } = flags;
  if (overall === undefined) {
    if (perSite === undefined && perOrganization === undefined) {
      wrong('nothing to set: give --per-site N, --per-organization N or --overall N.');
    }
    const change = {
      ...(perSite === undefined ? {} : { perSite: toLimit('--per-site', perSite) }),
      ...(perOrganization === undefined ? {} : { perOrganization: toLimit('--per-organization', perOrganization) }),
    };
    await setOfOrganization(shell, change);
  } else {
    if (perSite !== undefined || perOrganization !== undefined) {
      wrong('--overall is set by the administrator of the database, not of an organization: give it alone.');
    }
    await setOverAll(shell, toLimit('--overall', overall));
  }
  return 0;
};

async function setOfOrganization(shell: Shell, change: Parameters<typeof setLimits>[2]): Promise<void> {
  const context = openContext(shell.env);
  try {
    refuseIfReadOnly(context, 'set limits');
    const session = await findSession(context.database, context.settings);
    const membership = startMembership(session, context.settings.organization);
    const actor = actorIn(session, membership, 'admin', 'set limits');
    const scope = context.database.organization(membership.organizationId);
    await setLimits(scope, actor, change);
    print(shell.stdout, ...describe(await readLimits(scope), membership.slug));
  } finally {
    await context.close();
  }
}

async function setOverAll(shell: Shell, overall: number | null): Promise<void> {
  const settings = readSettings(shell.env);
  const admin = adminSettings(settings, 'limits set --overall');
  if (settings.readOnly) throw new UserError('NETUP_READ_ONLY is set, so nothing can be changed; unset it first.');
  const database = openDatabase({ ...admin, poolSize: 1 }, { applicationName: 'netup-tui limits set' });
  try {
    await assertTables(database);
    await setOverallLimit(database, overall);
  } finally {
    await database.close();
  }
  print(shell.stdout, `Over all organizations ${words(overall)} may run at once.`);
}

function describe({ perSite, perOrganization, overall, inUse }: LimitsInUse, slug: string): readonly string[] {
  return [
    ...textTable([
      ['UPGRADES AT ONCE', 'LIMIT'],
      ['at one site', limit(perSite)],
      [`in ${slug}`, limit(perOrganization)],
      ['over all organizations', limit(overall)],
    ]),
    `${inUse} of ${slug} ${inUse === 1 ? 'runs' : 'run'} now.`,
  ];
}

function limit(value: number | null): string {
  return value === null ? 'none' : String(value);
}

function words(value: number | null): string {
  if (value === null) return 'any number of upgrades';
  return value === 1 ? '1 upgrade' : `${value} upgrades`;
}

function toLimit(flag: string, written: string): number | null {
  if (written === 'none') return null;
  const value = /^\d{1,6}$/u.test(written) ? Number(written) : 0;
  if (value < 1 || value > HIGHEST_LIMIT) {
    wrong(`${flag} must be a whole number from 1 to ${HIGHEST_LIMIT}, or none.`);
  }
  return value;
}

function wrong(fault: string): never {
  throw new UserError(`netup-tui limits set: ${fault}`, { exitCode: 2 });
}
