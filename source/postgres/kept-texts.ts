import type postgres from 'postgres';
import type { EncryptionKeys } from '../config/encryption-keys.ts';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { appendAudit, type AuditEntry } from './audit.ts';
import { isWrongKey } from './credentials.ts';
import type { OrganizationScope } from './database.ts';
import { secretTransaction } from './secret-transaction.ts';
import { type Claim, holdLease } from './upgrade-queue.ts';

/** Where texts are kept encrypted: configurations, and what devices printed. */
export const KEPT_TABLES = ['config_backups', 'upgrade_output'] as const;

export type KeptTable = (typeof KEPT_TABLES)[number];

/** A text that was kept, in plain. */
export interface KeptText {
  /** `before`; `stage_image 1`, which is the step and the attempt. */
  readonly part: string;
  readonly takenAt: Date;
  readonly text: string;
}

interface Row {
  readonly part: string;
  readonly takenAt: Date;
  readonly keyId: string;
}

/** What tells the rows of one upgrade apart. */
export function partOf(sql: postgres.Sql | postgres.TransactionSql, table: KeptTable): postgres.Fragment {
  return table === 'config_backups' ? sql`moment` : sql`step || ' ' || attempt`;
}

/**
 * Has a text written encrypted under the current key, in a transaction of a worker that still has the upgrade. `write` gets what the column takes, and the
 * id of the key. Rejects with `LeaseLost` if another worker has it.
 */
export async function keepText(
  scope: OrganizationScope,
  claim: Claim,
  keys: EncryptionKeys,
  text: string,
  write: (sql: postgres.TransactionSql, encrypted: postgres.Fragment, keyId: string) => Promise<unknown>,
): Promise<void> {
  const { id, key } = keys.current();
  await secretTransaction(scope, async (sql) => {
    await holdLease(sql, claim);
    await write(sql, sql`pgp_sym_encrypt(${text}, ${key}, 'cipher-algo=aes256')`, id);
  });
}

/**
 * Decrypts what was kept of an upgrade: the parts whose name begins as given, oldest first. The audit row is written in the transaction that
 * decrypts, without which there is no text; none is written where there is nothing, and none for null: that it is read was written before. Throws a `UserError` if this process does not have a key.
 */
export async function readKeptTexts(
  scope: OrganizationScope,
  keys: EncryptionKeys,
  table: KeptTable,
  wanted: { readonly upgradeId: string; readonly partBegins: string },
  event: AuditEntry | null,
): Promise<readonly KeptText[]> {
  const { upgradeId, partBegins } = wanted;
  return secretTransaction(scope, async (sql) => {
    const part = partOf(sql, table);
    const own = sql`upgrade_id = ${upgradeId}::bigint AND starts_with(${part}, ${partBegins})`;
    // Held until the end, so that no rotation exchanges a key between the two looks.
    const rows = await sql<Row[]>`
      SELECT ${part} AS part, taken_at AS "takenAt", encryption_key_id AS "keyId" FROM ${sql(table)}
      WHERE ${own} ORDER BY taken_at FOR SHARE`;
    const texts: KeptText[] = [];
    for (const { part: name, takenAt, keyId } of rows) {
      const key = keys.find(keyId)?.key;
      if (key === undefined) throw new UserError(`${lacking(upgradeId, name, keyId)}; add that key to NETUP_KEY_FILE.`);
      const [row] = await sql<[{ text: string }]>`
        SELECT pgp_sym_decrypt(encrypted_data, ${key}) AS text FROM ${sql(table)} WHERE ${own} AND ${part} = ${name}`;
      texts.push({ part: name, takenAt, text: row.text });
    }
    if (texts.length > 0 && event !== null) await appendAudit(sql, [event]);
    return texts;
  }).catch((error: unknown) => {
    if (!isWrongKey(error)) throw error;
    throw new UserError(
      `What was kept of upgrade ${upgradeId} cannot be decrypted: its key is another one of the same name, or the data are damaged; check NETUP_KEY_FILE.`,
    );
  });
}

/** The beginning of a sentence. */
export function lacking(upgradeId: string, part: string, keyId: string): string {
  return `What was kept of upgrade ${upgradeId} (${part}) is encrypted with the key ${quoted(keyId)}, which is not among the keys here`;
}

/** How many configurations and outputs the organization has under each key. */
export async function keysOfKeptTexts({
  sql,
}: OrganizationScope): Promise<readonly { readonly keyId: string; readonly count: number }[]> {
  return sql<{ keyId: string; count: number }[]>`
    SELECT encryption_key_id AS "keyId", count(*)::int AS count
    FROM (SELECT encryption_key_id FROM config_backups UNION ALL SELECT encryption_key_id FROM upgrade_output) AS kept
    GROUP BY 1 ORDER BY 1`;
}
