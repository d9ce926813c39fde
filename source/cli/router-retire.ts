import { UserError } from '../config/user-error.ts';
import { retireRouter } from '../postgres/routers.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { findRouterOf, refuseIfReadOnly } from './find-router.ts';
import { actorIn } from './session.ts';
import { print, type Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'router retire',
    operands: 'HOST',
    count: [1, 1],
    purpose:
      'Takes a router out of service: it stays in the inventory with its history, and is upgraded no more. Audited.',
    flags: { reason: { type: 'string', placeholder: 'TEXT', help: 'why, for the audit trail; needed' } },
    examples: ['router retire old-r9 --reason "replaced by core-r1"'],
  });
  const { reason } = flags;
  if (reason === undefined) {
    throw new UserError('netup-tui router retire: --reason TEXT is needed: it goes into the audit trail.', {
      exitCode: 2,
    });
  }
  const context = openContext(shell.env);
  try {
    refuseIfReadOnly(context, 'retire a router');
    const { session, membership, scope, router } = await findRouterOf(context, operands[0] ?? '');
    await retireRouter(scope, actorIn(session, membership, 'operator', 'retire a router'), router.id, reason);
    print(shell.stdout, `${router.hostname} (${membership.slug}) is retired.`);
    return 0;
  } finally {
    await context.close();
  }
};
