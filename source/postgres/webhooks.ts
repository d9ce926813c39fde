import type postgres from 'postgres';
import type { EncryptionKeys } from '../config/encryption-keys.ts';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import type { Actor } from '../model/operator.ts';
import type { Webhook } from '../model/webhook.ts';
import { appendAudit, type AuditEntry } from './audit.ts';
import { isBigint } from './columns.ts';
import type { OrganizationScope } from './database.ts';
import { secretTransaction } from './secret-transaction.ts';

interface NewWebhook {
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  /** Plain text. */
  readonly secret: string;
}

/** Adds a webhook, its secret encrypted with the current key, audited. Throws a `UserError` if the name is taken or there is no key. */
export async function addWebhook(
  scope: OrganizationScope,
  actor: Actor,
  keys: EncryptionKeys,
  { name, url, events, secret }: NewWebhook,
): Promise<void> {
  const { id: keyId, key } = keys.current();
  await secretTransaction(scope, async (sql) => {
    const [row] = await sql<[{ id: string }?]>`
      INSERT INTO webhooks (organization_id, name, url, events, encrypted_data, encryption_key_id)
      VALUES (current_org_id(), ${name}, ${url}, ${[...events]}::text[],
        pgp_sym_encrypt(${secret}, ${key}, 'cipher-algo=aes256'), ${keyId})
      ON CONFLICT (organization_id, name) DO NOTHING
      RETURNING id`;
    if (row === undefined) {
      throw new UserError(`There is a webhook ${quoted(name)} already: remove it first, or take another name.`);
    }
    const after = { name, address: new URL(url).origin, events: [...events], encryption_key_id: keyId };
    await appendAudit(sql, [event(actor, 'webhook.add', row.id, { after })]);
  });
}

/** The organization's webhooks by name, without their secrets. */
export async function listWebhooks({ sql }: OrganizationScope): Promise<readonly Webhook[]> {
  return sql<Webhook[]>`SELECT ${columns(sql)} FROM webhooks ORDER BY name`;
}

/** Throws a `UserError` if there is none of that name. */
export async function findWebhook({ sql }: OrganizationScope, name: string): Promise<Webhook> {
  const [row] = await sql<Webhook[]>`SELECT ${columns(sql)} FROM webhooks WHERE name = ${name}`;
  return row ?? noSuch(name);
}

/** Deletes a webhook and its deliveries, audited; how many were still to be sent. Throws a `UserError` if there is none of that name. */
export async function removeWebhook(scope: OrganizationScope, actor: Actor, name: string): Promise<number> {
  return scope.transaction(async (sql) => {
    const webhook = await lock(sql, name);
    const [unsent] = await sql<[{ n: number }]>`
      SELECT count(*)::int AS n FROM webhook_deliveries WHERE webhook_id = ${webhook.id} AND next_attempt_at IS NOT NULL`;
    await sql`DELETE FROM webhooks WHERE id = ${webhook.id}`;
    const before = { name, address: new URL(webhook.url).origin, unsent: unsent.n };
    await appendAudit(sql, [event(actor, 'webhook.remove', webhook.id, { before })]);
    return unsent.n;
  });
}

/** Switches a webhook on, or off, audited; false if it was so already. Switched off, it is told nothing, and what it did not get is given up. */
export async function switchWebhook(
  scope: OrganizationScope,
  actor: Actor,
  name: string,
  active: boolean,
): Promise<boolean> {
  return scope.transaction(async (sql) => {
    const webhook = await lock(sql, name);
    if (webhook.active === active) return false;
    const reason = active ? null : `switched off by ${actor.operator.name}`;
    await sql`
      UPDATE webhooks SET active = ${active}, off_reason = ${reason}, failing_since = NULL, updated_at = now()
      WHERE id = ${webhook.id}`;
    if (!active) {
      await sql`
        UPDATE webhook_deliveries SET next_attempt_at = NULL, claimed_until = NULL, last_error = ${reason}
        WHERE webhook_id = ${webhook.id} AND next_attempt_at IS NOT NULL`;
    }
    const [before, after] = [
      { name, active: !active },
      { name, active },
    ];
    await appendAudit(sql, [event(actor, active ? 'webhook.on' : 'webhook.off', webhook.id, { before, after })]);
    return true;
  });
}

/** Has a delivery that was not taken sent again now, as if it were new, audited. Throws a `UserError` if that cannot be. */
export async function retryDelivery(scope: OrganizationScope, actor: Actor, id: string): Promise<void> {
  const what = quoted(id);
  await scope.transaction(async (sql) => {
    const [row] = isBigint(id)
      ? await sql<[{ webhook: string; active: boolean; delivered: Date | null; busy: boolean; event: string }?]>`
          SELECT w.name AS webhook, w.active, d.delivered_at AS delivered, d.event,
            coalesce(d.claimed_until > clock_timestamp(), false) AS busy
          FROM webhook_deliveries AS d JOIN webhooks AS w ON w.organization_id = d.organization_id AND w.id = d.webhook_id
          WHERE d.id = ${id}::bigint FOR UPDATE OF d`
      : [];
    if (row === undefined) throw new UserError(`There is no delivery ${what} in this organization.`);
    if (row.delivered !== null) {
      throw new UserError(
        `Delivery ${what} was taken at ${row.delivered.toISOString()}: there is nothing to send again.`,
      );
    }
    if (row.busy) throw new UserError(`Delivery ${what} is being sent right now.`);
    if (!row.active) {
      throw new UserError(
        `The webhook ${quoted(row.webhook)} is off: run \`netup-tui webhooks on ${row.webhook}\` first.`,
      );
    }
    await sql`UPDATE webhook_deliveries SET attempts = 0, next_attempt_at = clock_timestamp() WHERE id = ${id}::bigint`;
    await sql`SELECT pg_notify('netup_queue', '')`;
    await appendAudit(sql, [
      {
        actor,
        action: 'webhook.retry',
        targetType: 'webhook_delivery',
        targetId: id,
        after: { webhook: row.webhook, event: row.event },
      },
    ]);
  });
}

function columns(sql: postgres.ISql): postgres.Fragment {
  return sql`id, name, url, events, active, off_reason AS "offReason", failing_since AS "failingSince", encryption_key_id AS "keyId"`;
}

async function lock(sql: postgres.TransactionSql, name: string): Promise<Webhook> {
  const [row] = await sql<Webhook[]>`SELECT ${columns(sql)} FROM webhooks WHERE name = ${name} FOR UPDATE`;
  return row ?? noSuch(name);
}

function noSuch(name: string): never {
  throw new UserError(`There is no webhook ${quoted(name)} in this organization.`);
}

function event(
  actor: Actor,
  action: string,
  targetId: string,
  change: Pick<AuditEntry, 'before' | 'after'>,
): AuditEntry {
  return { actor, action, targetType: 'webhook', targetId, ...change };
}
