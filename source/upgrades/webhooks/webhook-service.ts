import { hostname } from 'node:os';
import type { EncryptionKeys } from '../../config/encryption-keys.ts';
import type { Database } from '../../postgres/database.ts';
import { organizationIds } from '../../postgres/organization-ids.ts';
import { expireDeliveries } from '../../postgres/webhook-deliveries.ts';
import type { Duty, WorkerLog } from '../worker/duty.ts';
import { WebhookSecrets } from './secrets.ts';
import { WebhookSender } from './sender.ts';

const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;
const INTERVAL_MS = 3_600_000;

/** What a worker sends webhooks' messages with. */
export function webhookSender(options: {
  readonly database: Database;
  readonly keys: EncryptionKeys;
  readonly log: WorkerLog;
}): WebhookSender {
  const { database, keys, log } = options;
  const program = `worker ${hostname()}/${process.pid}`;
  const actor = { program, source: 'worker', correlationId: 'webhooks' } as const;
  return new WebhookSender({ database, log, actor, secrets: new WebhookSecrets(keys, actor), now: () => new Date() });
}

/** Deletes messages that were taken, or given up, a month after what they tell of. */
export function oldDeliveriesDuty(database: Database, now: () => Date): Duty {
  return {
    name: 'old webhook deliveries',
    intervalMs: INTERVAL_MS,
    async run() {
      const before = new Date(now().getTime() - KEPT_DAYS * DAY_MS);
      for (const id of await organizationIds(database)) await expireDeliveries(database.organization(id), before);
    },
  };
}
