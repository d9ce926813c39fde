import type postgres from 'postgres';
import type { EncryptionKey, EncryptionKeys } from '../config/encryption-keys.ts';
import type { Credential } from '../model/credential.ts';
import type { Actor } from '../model/operator.ts';
import { appendAudit, type AuditEntry } from './audit.ts';
import { isWrongKey, type SecretHolder, withoutKey, wrongKey } from './credentials.ts';
import type { OrganizationScope } from './database.ts';
import { secretTransaction } from './secret-transaction.ts';

export interface RotationOptions {
  /** Rows in one transaction. */
  readonly batchSize: number;
  /** Ends it between two transactions: what it is aborted with is thrown, and what is done stays done. */
  readonly signal?: AbortSignal;
  /** After every transaction: how many are done by now, of how many there were to do. */
  onBatch?(done: number, total: number): void;
}

export interface RotationReport {
  /** How many have the current key now that had another. */
  readonly rotated: number;
  /** What was left as it was, each with the beginning of a sentence that says why. */
  readonly left: readonly string[];
}

type Row = Pick<Credential, 'id' | 'name' | 'keyId'>;

/** Where the secrets of holders are. */
const TABLES = { credential: 'credentials', webhook: 'webhooks' } as const satisfies Record<SecretHolder, string>;

/**
 * Encrypts with the current key the secrets of one kind of holder that are encrypted with another, batch by batch. Each batch is one transaction with its audit rows and
 * looks for what is still to do, so that it can be stopped at any point and started again. The plain text stays within the server.
 */
export async function rotateCredentials(
  scope: OrganizationScope,
  actor: Actor,
  keys: EncryptionKeys,
  options: RotationOptions,
  holder: SecretHolder = 'credential',
): Promise<RotationReport> {
  const current = keys.current();
  const left = new Map<string, string>();
  const total = await countToDo(scope, holder, current);
  let rotated = 0;
  for (;;) {
    options.signal?.throwIfAborted();
    let working: Row | null = null;
    const batch = secretTransaction(scope, async (sql) => {
      const rows = await lockBatch(sql, holder, current, [...left.keys()], options.batchSize);
      const events: AuditEntry[] = [];
      for (const row of rows) {
        working = row;
        const old = keys.find(row.keyId);
        if (old === null) left.set(row.id, withoutKey(row, holder));
        else {
          await reencrypt(sql, holder, row, old, current);
          events.push(eventOf(actor, holder, row, current));
        }
      }
      working = null;
      await appendAudit(sql, events);
      return { found: rows.length, done: events.length };
    });
    const failed = (error: unknown): { found: number; done: number } => {
      // The whole batch is as it was: the next one leaves out the one at fault.
      if (working === null || !isWrongKey(error)) throw error;
      left.set(working.id, wrongKey(working, holder));
      return { found: 1, done: 0 };
    };
    const { found, done } = await batch.catch(failed);
    // Another rotation may have done what this one waited for, and not yet the rest.
    if (found === 0 && !(await anyToDo(scope, holder, current, [...left.keys()])))
      return { rotated, left: [...left.values()] };
    rotated += done;
    if (done > 0) options.onBatch?.(rotated, Math.max(rotated, total));
  }
}

async function lockBatch(
  sql: postgres.TransactionSql,
  holder: SecretHolder,
  current: EncryptionKey,
  leftOut: readonly string[],
  size: number,
): Promise<readonly Row[]> {
  return sql<Row[]>`
    SELECT id, name, encryption_key_id AS "keyId" FROM ${sql(TABLES[holder])}
    WHERE encryption_key_id <> ${current.id} AND id <> ALL (${sql.array([...leftOut])}::uuid[])
    ORDER BY name LIMIT ${size} FOR UPDATE`;
}

async function countToDo({ sql }: OrganizationScope, holder: SecretHolder, current: EncryptionKey): Promise<number> {
  const [row] = await sql<[{ n: number }]>`
    SELECT count(*)::int AS n FROM ${sql(TABLES[holder])} WHERE encryption_key_id <> ${current.id}`;
  return row.n;
}

async function anyToDo(
  { sql }: OrganizationScope,
  holder: SecretHolder,
  current: EncryptionKey,
  leftOut: readonly string[],
): Promise<boolean> {
  const [row] = await sql`
    SELECT FROM ${sql(TABLES[holder])}
    WHERE encryption_key_id <> ${current.id} AND id <> ALL (${sql.array([...leftOut])}::uuid[]) LIMIT 1`;
  return row !== undefined;
}

async function reencrypt(
  sql: postgres.TransactionSql,
  holder: SecretHolder,
  row: Row,
  old: EncryptionKey,
  current: EncryptionKey,
): Promise<void> {
  await sql`
    UPDATE ${sql(TABLES[holder])} SET
      encrypted_data = pgp_sym_encrypt(pgp_sym_decrypt(encrypted_data, ${old.key}), ${current.key}, 'cipher-algo=aes256'),
      encryption_key_id = ${current.id},
      updated_at = now()
    WHERE id = ${row.id}`;
}

function eventOf(actor: Actor, holder: SecretHolder, row: Row, current: EncryptionKey): AuditEntry {
  return {
    actor,
    action: `${holder}.rotate_key`,
    targetType: holder,
    targetId: row.id,
    before: { name: row.name, encryption_key_id: row.keyId },
    after: { name: row.name, encryption_key_id: current.id },
  };
}
