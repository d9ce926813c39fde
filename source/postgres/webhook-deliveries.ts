import type { Delivery } from '../model/webhook.ts';
import { appendAudit, type ProgramActor } from './audit.ts';
import type { Database, OrganizationScope } from './database.ts';

/** A delivery that a worker was given. Ids of any organization. */
export interface ClaimedDelivery {
  readonly organizationId: string;
  readonly deliveryId: string;
  /** Which attempt it is, from 1. What came of another attempt is not this one's to write. */
  readonly attempt: number;
  /** Its webhook did not take the last message. */
  readonly failing: boolean;
}

/** How many deliveries a claim may give. */
export interface ClaimTerms {
  readonly howMany: number;
  /** Of these, to webhooks that fail. */
  readonly howManyFailing: number;
  /** To one webhook at once, over all workers. */
  readonly perWebhook: number;
  /** After so many milliseconds without a word of what came of it, a delivery is due again. */
  readonly leaseMs: number;
}

/** Takes deliveries that are due and that no living worker has. For netup_worker. */
export async function claimDeliveries(database: Database, terms: ClaimTerms): Promise<readonly ClaimedDelivery[]> {
  const { howMany, howManyFailing, perWebhook, leaseMs } = terms;
  return database.unscoped<ClaimedDelivery[]>`
    SELECT organization_id AS "organizationId", delivery_id AS "deliveryId", attempt, failing
    FROM claim_deliveries(${howMany}, ${howManyFailing}, ${perWebhook}, ${`${leaseMs / 1000} s`}::interval)`;
}

/** The webhook took the message. */
export async function recordDelivered(
  scope: OrganizationScope,
  { deliveryId, attempt }: ClaimedDelivery,
  status: number,
): Promise<void> {
  await scope.transaction(async (sql) => {
    // Before the delivery, as everywhere: the order of locks.
    await sql`
      UPDATE webhooks AS w SET failing_since = NULL FROM webhook_deliveries AS d
      WHERE d.id = ${deliveryId}::bigint AND w.id = d.webhook_id AND w.failing_since IS NOT NULL`;
    await sql`
      UPDATE webhook_deliveries
      SET delivered_at = now(), next_attempt_at = NULL, claimed_until = NULL, last_status = ${status}, last_error = NULL
      WHERE id = ${deliveryId}::bigint AND attempts = ${attempt} AND delivered_at IS NULL`;
  });
}

/** It did not. It is tried again after so many milliseconds; null: never. */
export async function recordFailed(
  scope: OrganizationScope,
  { deliveryId, attempt }: ClaimedDelivery,
  failure: { readonly status: number | null; readonly error: string; readonly again: number | null },
): Promise<void> {
  const { status, error, again } = failure;
  await scope.transaction(async (sql) => {
    await sql`
      UPDATE webhooks AS w SET failing_since = now() FROM webhook_deliveries AS d
      WHERE d.id = ${deliveryId}::bigint AND d.attempts = ${attempt} AND w.id = d.webhook_id AND w.failing_since IS NULL`;
    await sql`
      UPDATE webhook_deliveries
      SET next_attempt_at = clock_timestamp() + ${again === null ? null : `${again} ms`}::interval, claimed_until = NULL,
        last_status = ${status}, last_error = ${error}
      WHERE id = ${deliveryId}::bigint AND attempts = ${attempt} AND next_attempt_at IS NOT NULL`;
  });
}

/** It was not sent for a reason that is not the receiver's: the attempt does not count. It is due again after so many milliseconds. */
export async function giveBack(
  { sql }: OrganizationScope,
  { deliveryId, attempt }: ClaimedDelivery,
  why: { readonly error: string | null; readonly again: number },
): Promise<void> {
  await sql`
    UPDATE webhook_deliveries
    SET attempts = attempts - 1, next_attempt_at = clock_timestamp() + ${`${why.again} ms`}::interval, claimed_until = NULL,
      last_error = coalesce(${why.error}, last_error)
    WHERE id = ${deliveryId}::bigint AND attempts = ${attempt} AND next_attempt_at IS NOT NULL`;
}

/** The receiver wants no more: switches its webhook off, audited. What it did not get is given up. */
export async function switchOffGone(
  scope: OrganizationScope,
  { deliveryId, attempt }: ClaimedDelivery,
  { actor, status, reason }: { readonly actor: ProgramActor; readonly status: number; readonly reason: string },
): Promise<void> {
  await scope.transaction(async (sql) => {
    const [row] = await sql<[{ id: string; name: string }?]>`
      UPDATE webhooks AS w SET active = false, off_reason = ${reason}, updated_at = now() FROM webhook_deliveries AS d
      WHERE d.id = ${deliveryId}::bigint AND d.attempts = ${attempt} AND w.id = d.webhook_id AND w.active
      RETURNING w.id, w.name`;
    if (row === undefined) return;
    await sql`
      UPDATE webhook_deliveries SET last_status = ${status} WHERE id = ${deliveryId}::bigint AND attempts = ${attempt}`;
    await sql`
      UPDATE webhook_deliveries SET next_attempt_at = NULL, claimed_until = NULL, last_error = ${reason}
      WHERE webhook_id = ${row.id} AND next_attempt_at IS NOT NULL`;
    await appendAudit(sql, [
      {
        actor,
        action: 'webhook.off',
        targetType: 'webhook',
        targetId: row.id,
        before: { name: row.name, active: true },
        after: { name: row.name, active: false },
        reason,
      },
    ]);
  });
}

/** The organization's newest deliveries, newest first; `failed`: those that were tried and not taken, or given up. */
export async function listDeliveries(
  { sql }: OrganizationScope,
  { failed, limit }: { readonly failed: boolean; readonly limit: number },
): Promise<readonly Delivery[]> {
  return sql<Delivery[]>`
    SELECT d.id::text, w.name AS webhook, d.event_id AS "eventId", d.event, d.upgrade_id::text AS "upgradeId", d.plan_id AS "planId",
      d.occurred_at AS "occurredAt", d.attempts, d.next_attempt_at AS "nextAttemptAt", d.delivered_at AS "deliveredAt",
      d.last_status AS "lastStatus", d.last_error AS "lastError"
    FROM webhook_deliveries AS d JOIN webhooks AS w ON w.organization_id = d.organization_id AND w.id = d.webhook_id
    WHERE ${failed ? sql`d.delivered_at IS NULL AND d.last_error IS NOT NULL` : sql`true`}
    ORDER BY d.id DESC LIMIT ${limit}`;
}

/** Deletes what was delivered or given up and happened before a time. Returns how many. */
export async function expireDeliveries({ sql }: OrganizationScope, before: Date): Promise<number> {
  const { count } = await sql`DELETE FROM webhook_deliveries WHERE next_attempt_at IS NULL AND occurred_at < ${before}`;
  return count;
}
