import type { Webhook } from '../model/webhook.ts';
import type { OrganizationScope } from './database.ts';

/** How well a webhook is told. */
export interface TroubledWebhook extends Pick<Webhook, 'name' | 'active' | 'offReason' | 'failingSince'> {
  /** Why it did not take the last message that it did not take. */
  readonly lastError: string | null;
  /** Messages of the last two days that were tried and given up. */
  readonly givenUp: number;
  /** Messages that were due five minutes ago and that nobody has begun to send. */
  readonly overdue: number;
}

/** The organization's webhooks by name, with what is wrong with each; nothing may be. */
export async function troubledWebhooks({ sql }: OrganizationScope): Promise<readonly TroubledWebhook[]> {
  return sql<TroubledWebhook[]>`
    SELECT w.name, w.active, w.off_reason AS "offReason", w.failing_since AS "failingSince",
      (SELECT d.last_error FROM webhook_deliveries AS d WHERE d.webhook_id = w.id AND d.last_error IS NOT NULL
        ORDER BY d.id DESC LIMIT 1) AS "lastError",
      (SELECT count(*)::int FROM webhook_deliveries AS d WHERE d.webhook_id = w.id AND d.next_attempt_at IS NULL
        AND d.delivered_at IS NULL AND d.attempts > 0 AND d.occurred_at > now() - interval '2 days') AS "givenUp",
      (SELECT count(*)::int FROM webhook_deliveries AS d WHERE d.webhook_id = w.id
        AND d.next_attempt_at < now() - interval '5 minutes') AS overdue
    FROM webhooks AS w ORDER BY w.name`;
}
