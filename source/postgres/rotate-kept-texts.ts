import type postgres from 'postgres';
import type { EncryptionKey, EncryptionKeys } from '../config/encryption-keys.ts';
import type { Actor } from '../model/operator.ts';
import { appendAudit } from './audit.ts';
import { isWrongKey } from './credentials.ts';
import type { OrganizationScope } from './database.ts';
import { KEPT_TABLES, type KeptTable, lacking, partOf } from './kept-texts.ts';
import type { RotationOptions, RotationReport } from './rotate-credentials.ts';
import { secretTransaction } from './secret-transaction.ts';

interface Row {
  readonly upgradeId: string;
  readonly part: string;
  readonly keyId: string;
}

/** Rows of one table that a rotation leaves out, each with the beginning of a sentence on why, by `id part`. */
type Left = Map<string, string>;

/**
 * Encrypts the configurations and outputs of upgrades with the current key, as `rotateCredentials` does credentials: batch by batch, each a
 * transaction with one audit row, to be stopped at any point and started again. The plain text stays within the server.
 */
export async function rotateKeptTexts(
  scope: OrganizationScope,
  actor: Actor,
  keys: EncryptionKeys,
  options: RotationOptions,
): Promise<RotationReport> {
  const current = keys.current();
  let rotated = 0;
  const left: string[] = [];
  const total = await countToDo(scope, current);
  for (const table of KEPT_TABLES) {
    const leftHere: Left = new Map();
    for (;;) {
      options.signal?.throwIfAborted();
      const { found, done } = await rotateBatch(scope, actor, keys, table, leftHere, options.batchSize);
      // Another rotation may have done what this one waited for, and not yet the rest.
      if (found === 0 && !(await anyToDo(scope, table, current, leftHere))) break;
      rotated += done;
      if (done > 0) options.onBatch?.(rotated, Math.max(rotated, total));
    }
    left.push(...leftHere.values());
  }
  return { rotated, left };
}

async function rotateBatch(
  scope: OrganizationScope,
  actor: Actor,
  keys: EncryptionKeys,
  table: KeptTable,
  left: Left,
  size: number,
): Promise<{ readonly found: number; readonly done: number }> {
  const current = keys.current();
  let working: Row | null = null;
  try {
    return await secretTransaction(scope, async (sql) => {
      const part = partOf(sql, table);
      const rows = await sql<Row[]>`
        SELECT upgrade_id::text AS "upgradeId", ${part} AS part, encryption_key_id AS "keyId" FROM ${sql(table)}
        WHERE encryption_key_id <> ${current.id} AND ${isNot(sql, table, left)}
        ORDER BY upgrade_id, part LIMIT ${size} FOR UPDATE`;
      const done: Row[] = [];
      for (const row of rows) {
        working = row;
        const old = keys.find(row.keyId);
        if (old === null) left.set(nameOf(row), lacking(row.upgradeId, row.part, row.keyId));
        else {
          await reencrypt(sql, table, row, old, current);
          done.push(row);
        }
      }
      working = null;
      await audit(sql, actor, table, done, current);
      return { found: rows.length, done: done.length };
    });
  } catch (error) {
    // The whole batch is as it was: the next one leaves out the one at fault.
    if (working === null || !isWrongKey(error)) throw error;
    left.set(nameOf(working), damaged(working));
    return { found: 1, done: 0 };
  }
}

async function countToDo({ sql }: OrganizationScope, current: EncryptionKey): Promise<number> {
  const [row] = await sql<[{ n: number }]>`
    SELECT (SELECT count(*) FROM config_backups WHERE encryption_key_id <> ${current.id})::int
      + (SELECT count(*) FROM upgrade_output WHERE encryption_key_id <> ${current.id})::int AS n`;
  return row.n;
}

async function anyToDo(
  { sql }: OrganizationScope,
  table: KeptTable,
  current: EncryptionKey,
  left: Left,
): Promise<boolean> {
  const [row] = await sql`
    SELECT FROM ${sql(table)} WHERE encryption_key_id <> ${current.id} AND ${isNot(sql, table, left)} LIMIT 1`;
  return row !== undefined;
}

function isNot(sql: postgres.Sql | postgres.TransactionSql, table: KeptTable, left: Left): postgres.Fragment {
  return sql`upgrade_id || ' ' || ${partOf(sql, table)} <> ALL (${[...left.keys()]}::text[])`;
}

async function reencrypt(
  sql: postgres.TransactionSql,
  table: KeptTable,
  { upgradeId, part }: Row,
  old: EncryptionKey,
  current: EncryptionKey,
): Promise<void> {
  await sql`
    UPDATE ${sql(table)} SET
      encrypted_data = pgp_sym_encrypt(pgp_sym_decrypt(encrypted_data, ${old.key}), ${current.key}, 'cipher-algo=aes256'),
      encryption_key_id = ${current.id}
    WHERE upgrade_id = ${upgradeId}::bigint AND ${partOf(sql, table)} = ${part}`;
}

async function audit(
  sql: postgres.TransactionSql,
  actor: Actor,
  table: KeptTable,
  done: readonly Row[],
  current: EncryptionKey,
): Promise<void> {
  if (done.length === 0) return;
  await appendAudit(sql, [
    {
      actor,
      action: 'upgrade.rotate_key',
      targetType: table,
      targetId: current.id,
      before: { encryption_key_id: [...new Set(done.map(({ keyId }) => keyId))].join(' ') },
      after: { encryption_key_id: current.id, rows: done.map(nameOf) },
    },
  ]);
}

function nameOf({ upgradeId, part }: Row): string {
  return `${upgradeId} ${part}`;
}

function damaged({ upgradeId, part }: Row): string {
  return `What was kept of upgrade ${upgradeId} (${part}) cannot be decrypted: its key is another one of the same name, or the data are damaged`;
}
