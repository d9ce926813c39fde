import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { ROUTER_STATUSES } from '../model/router.ts';
import { setRouter } from '../postgres/routers.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { findRouterOf, refuseIfReadOnly } from './find-router.ts';
import { actorIn } from './session.ts';
import { print, type Run } from './shell.ts';

/** `retired` has a command of its own, which checks more. */
const STATUSES = ROUTER_STATUSES.filter((status) => status !== 'retired');

/** As the database takes it. */
const GROUP = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/u;

export const run: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'router set',
    operands: 'HOST',
    count: [1, 1],
    purpose: 'Changes what the inventory says of a router; nothing on the router itself. Audited.',
    flags: {
      target: { type: 'string', placeholder: 'VERSION', help: 'the version that it should run' },
      noTarget: { type: 'boolean', help: 'it should run no version in particular' },
      status: { type: 'string', placeholder: 'STATUS', help: STATUSES.join(', ') },
      group: {
        type: 'string',
        placeholder: 'NAME',
        help: 'its redundancy group: no two of one group are upgraded at the same time',
      },
      noGroup: { type: 'boolean', help: 'it is in no redundancy group' },
      snmpPort: { type: 'number', placeholder: 'PORT', help: 'where its SNMP agent listens; 161 as a rule' },
      reason: { type: 'string', placeholder: 'TEXT', help: 'why, for the audit trail; needed' },
    },
    examples: [
      'router set core-r1 --target 17.12.4 --reason "CHG0042"',
      'router set core-r1 --status maintenance --reason "fan tray"',
    ],
  });
  const change = {
    ...targetChange(flags.target, flags.noTarget === true),
    ...(flags.status === undefined ? {} : { status: toStatus(flags.status) }),
    ...groupChange(flags.group, flags.noGroup === true),
    ...portChange(flags.snmpPort),
  };
  if (Object.keys(change).length === 0)
    wrong(
      'nothing to change: give --target VERSION, --no-target, --status STATUS, --group NAME, --no-group or --snmp-port PORT.',
    );
  if (flags.reason === undefined) wrong('--reason TEXT is needed: it goes into the audit trail.');
  const context = openContext(shell.env);
  try {
    refuseIfReadOnly(context, 'set a router');
    const { session, membership, scope, router } = await findRouterOf(context, operands[0] ?? '');
    const actor = actorIn(session, membership, 'operator', 'set a router');
    await setRouter(scope, actor, router.id, { ...change, reason: flags.reason });
    print(shell.stdout, `${router.hostname} (${membership.slug}) is set.`);
    return 0;
  } finally {
    await context.close();
  }
};

function targetChange(target: string | undefined, none: boolean): { targetVersion?: string | null } {
  if (target !== undefined && none) wrong('--target and --no-target contradict each other.');
  if (none) return { targetVersion: null };
  return target === undefined ? {} : { targetVersion: target };
}

function groupChange(group: string | undefined, none: boolean): { redundancyGroup?: string | null } {
  if (group !== undefined && none) wrong('--group and --no-group contradict each other.');
  if (none) return { redundancyGroup: null };
  if (group === undefined) return {};
  if (!GROUP.test(group)) {
    wrong(`${quoted(group, 80)} is no name for a group: at most 63 letters, digits, dots, dashes and underscores.`);
  }
  return { redundancyGroup: group };
}

function portChange(port: number | undefined): { snmpPort?: number } {
  if (port === undefined) return {};
  if (!Number.isInteger(port) || port < 1 || port > 65_535) wrong('--snmp-port must be a port, from 1 to 65535.');
  return { snmpPort: port };
}

function toStatus(written: string): (typeof STATUSES)[number] {
  const status = STATUSES.find((candidate) => candidate === written);
  if (status !== undefined) return status;
  return wrong(
    `${quoted(written)} is no status; it is one of ${STATUSES.join(', ')} (to retire it: netup-tui router retire).`,
  );
}

function wrong(fault: string): never {
  throw new UserError(`netup-tui router set: ${fault}`, { exitCode: 2 });
}
