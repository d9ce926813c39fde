import type postgres from 'postgres';
import { type AuditKey } from '../config/audit-key.ts';
import { type AuditCheckpoint, checkpointText } from '../model/audit-checkpoint.ts';
import type { Database, OrganizationScope } from './database.ts';

/** When a checkpoint is due: after so many rows, or after so long if there is a new row. */
export interface CheckpointPace {
  readonly rows: number;
  readonly ageMs: number;
}

/** What became of a checkpoint. */
export type CheckpointOutcome =
  | { readonly kind: 'made'; readonly seq: string }
  /** Another worker was quicker, or nothing is new. */
  | { readonly kind: 'none' }
  /** The chain no longer is what the last checkpoint says: nothing is signed on top of that. */
  | { readonly kind: 'contradicted'; readonly seq: string };

/** The organizations that need a checkpoint now. For netup_worker. */
export async function checkpointsDue({ unscoped }: Database, pace: CheckpointPace): Promise<readonly string[]> {
  const rows = await unscoped<{ id: string }[]>`
    SELECT audit_checkpoints_due(${pace.rows}, make_interval(secs => ${pace.ageMs / 1000}))::text AS id`;
  return rows.map(({ id }) => id);
}

const UTC = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Signs the end of the organization's chain as it is now. For netup_worker. */
export async function makeCheckpoint(scope: OrganizationScope, key: AuditKey, now: Date): Promise<CheckpointOutcome> {
  const { organizationId } = scope;
  return scope.transaction(async (sql) => {
    const [last] = await sql<{ seq: string; holds: boolean }[]>`
      SELECT c.seq::text, h.seq >= c.seq AND NOT EXISTS (
          SELECT FROM audit_events AS e
          WHERE e.organization_id = ${organizationId} AND e.seq = c.seq AND e.hash <> c.hash) AS holds
      FROM audit_checkpoints AS c JOIN audit_heads AS h ON h.organization_id = c.organization_id
      WHERE c.organization_id = ${organizationId} ORDER BY c.seq DESC LIMIT 1`;
    if (last?.holds === false) return { kind: 'contradicted', seq: last.seq };
    const [head] = await sql<{ seq: string; hash: string; timestamp: string }[]>`
      SELECT seq::text, encode(hash, 'hex') AS hash, ${sql.unsafe(UTC('"timestamp"'))} AS timestamp
      FROM audit_heads WHERE organization_id = ${organizationId} AND seq > ${last?.seq ?? '0'}::bigint`;
    if (head === undefined) return { kind: 'none' };
    const statement = { organizationId, ...head, madeAt: now.toISOString(), keyId: key.id };
    const { count } = await sql`
      INSERT INTO audit_checkpoints (organization_id, seq, hash, "timestamp", made_at, key_id, signature)
      VALUES (${organizationId}, ${head.seq}::bigint, decode(${head.hash}, 'hex'), ${head.timestamp}::text::timestamptz,
        ${statement.madeAt}::text::timestamptz, ${key.id}, decode(${key.sign(checkpointText(statement))}, 'base64'))
      ON CONFLICT DO NOTHING`;
    return count === 0 ? { kind: 'none' } : { kind: 'made', seq: head.seq };
  });
}

/** The organization's checkpoints in the database after a place of its chain, in order. */
export async function listCheckpoints(
  sql: postgres.Sql | postgres.TransactionSql,
  organizationId: string,
  after: string,
): Promise<readonly AuditCheckpoint[]> {
  return sql<AuditCheckpoint[]>`
    SELECT organization_id AS "organizationId", seq::text, encode(hash, 'hex') AS hash,
      ${sql.unsafe(UTC('"timestamp"'))} AS timestamp,
      to_char(made_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "madeAt",
      key_id AS "keyId", translate(encode(signature, 'base64'), E'\n', '') AS signature
    FROM audit_checkpoints
    WHERE organization_id = ${organizationId} AND audit_checkpoints.seq > ${after}::bigint
    ORDER BY audit_checkpoints.seq`;
}
