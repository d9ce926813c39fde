import { UserError } from '../config/user-error.ts';
import { cleanLine } from '../model/text.ts';
import type { Delivery } from '../model/webhook.ts';
import { listDeliveries } from '../postgres/webhook-deliveries.ts';
import { retryDelivery } from '../postgres/webhooks.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { print, type Run } from './shell.ts';
import { textTable } from './text-table.ts';
import { asWebhookAdmin, openWebhooks } from './webhooks-scope.ts';

const [LIMIT, MOST] = [50, 10_000];

export const list: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'webhooks deliveries',
    purpose: 'Lists what the webhooks of your organization were told, newest first. It is kept for 30 days.',
    flags: {
      failed: { type: 'boolean', help: 'only what was tried and not taken, or given up' },
      limit: { type: 'number', placeholder: 'N', help: `how many; ${LIMIT} if left out` },
      json: { type: 'boolean', help: 'print a JSON list' },
    },
    examples: ['webhooks deliveries', 'webhooks deliveries --failed --json'],
  });
  const limit = flags.limit ?? LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
    throw new UserError(`netup-tui webhooks deliveries: --limit is a whole number from 1 to ${MOST}.`, { exitCode: 2 });
  }
  const context = openContext(shell.env);
  try {
    const { scope } = await openWebhooks(context);
    const deliveries = await listDeliveries(scope, { failed: flags.failed === true, limit });
    if (flags.json === true) print(shell.stdout, JSON.stringify(deliveries));
    else if (deliveries.length === 0) print(shell.stdout, 'There are none.');
    else
      print(
        shell.stdout,
        ...textTable([['ID', 'WHEN', 'WEBHOOK', 'EVENT', 'OF', 'STATE'], ...deliveries.map(toCells)]),
      );
    return 0;
  } finally {
    await context.close();
  }
};

export const retry: Run = async (argv, shell) => {
  const { operands } = readCommandLine(argv, {
    name: 'webhooks retry',
    operands: 'ID...',
    count: [1, MOST],
    purpose:
      'Has deliveries that were not taken sent again now, as if they were new: with the same id, so that a receiver that has one already knows it. ' +
      'Takes the role admin; audited.',
    flags: {},
    examples: ['webhooks retry 17', 'webhooks retry 17 18 19'],
  });
  await asWebhookAdmin(shell, 'retry a delivery', async ({ scope, actor }) => {
    for (const id of operands) {
      await retryDelivery(scope, actor, id);
      print(shell.stdout, `Delivery ${cleanLine(id)} is sent again.`);
    }
  });
  return 0;
};

function toCells(delivery: Delivery): readonly string[] {
  const { id, occurredAt, webhook, event, upgradeId, planId } = delivery;
  const of = upgradeId === null ? `plan ${(planId ?? '').slice(0, 8)}` : `upgrade ${upgradeId}`;
  return [id, `${occurredAt.toISOString().slice(0, 19)}Z`, webhook, event, of, stateOf(delivery)];
}

function stateOf({ attempts, nextAttemptAt, deliveredAt, lastError }: Delivery): string {
  if (deliveredAt !== null) return 'delivered';
  const why = lastError === null ? '' : `: ${lastError}`;
  if (nextAttemptAt === null) return `given up after ${attempts}${why}`;
  if (lastError === null) return 'due';
  return `again at ${nextAttemptAt.toISOString().slice(11, 19)}Z after ${attempts}${why}`;
}
