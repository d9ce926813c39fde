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
  };
  if (Object.keys(change).length === 0)
    wrong('nothing to change: give --target VERSION, --no-target or --status STATUS.');
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
