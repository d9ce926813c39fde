import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { type Upgrade, UPGRADE_STATUSES, type UpgradeStatus } from '../model/upgrade.ts';
import { listUpgrades } from '../postgres/upgrades.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { findSession, startMembership } from './session.ts';
import { print, type Run } from './shell.ts';
import { textTable } from './text-table.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'upgrades list',
    purpose: 'Lists the upgrades of your organization, newest first.',
    flags: {
      status: {
        type: 'string',
        placeholder: 'STATUS',
        isMultiple: true,
        help: 'only these; may be given more than once',
      },
      limit: { type: 'number', placeholder: 'N', default: 100, help: 'at most so many (default 100)' },
      json: { type: 'boolean', help: 'print a JSON list' },
    },
    examples: ['upgrades list --status pending', 'upgrades list --status running --json'],
  });
  const statuses = (flags.status ?? []).map((written) => toStatus(written));
  if (!Number.isInteger(flags.limit) || flags.limit < 1) wrong('--limit must be a whole number from 1.');
  const context = openContext(shell.env);
  try {
    const session = await findSession(context.database, context.settings);
    const { organizationId } = startMembership(session, context.settings.organization);
    const scope = context.database.organization(organizationId);
    const upgrades = await listUpgrades(scope, { limit: flags.limit, ...(statuses.length === 0 ? {} : { statuses }) });
    if (flags.json === true) print(shell.stdout, JSON.stringify(upgrades));
    else if (upgrades.length === 0) print(shell.stdout, 'There are no such upgrades.');
    else print(shell.stdout, ...table(upgrades));
    return 0;
  } finally {
    await context.close();
  }
};

function table(upgrades: readonly Upgrade[]): readonly string[] {
  return textTable([
    ['ID', 'ROUTER', 'FROM', 'TO', 'STATUS', 'REQUESTED', 'BY', 'APPROVED BY'],
    ...upgrades.map((upgrade) => [
      upgrade.id,
      upgrade.hostname,
      upgrade.fromVersion,
      upgrade.toVersion,
      upgrade.dryRun ? `${upgrade.status} (dry-run)` : upgrade.status,
      `${upgrade.requestedAt.toISOString().slice(0, 16)}Z`,
      upgrade.requestedBy,
      upgrade.approvedBy ?? '-',
    ]),
  ]);
}

function toStatus(written: string): UpgradeStatus {
  const status = UPGRADE_STATUSES.find((candidate) => candidate === written);
  return status ?? wrong(`${quoted(written)} is no status; it is one of ${UPGRADE_STATUSES.join(', ')}.`);
}

function wrong(fault: string): never {
  throw new UserError(`netup-tui upgrades list: ${fault}`, { exitCode: 2 });
}
