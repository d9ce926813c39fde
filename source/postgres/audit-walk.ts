import type postgres from 'postgres';
import type { AuditFault } from '../model/audit-chain.ts';

/** A row of a chain, or where it begins. */
export interface Place {
  readonly seq: string;
  /** As text: a Date would lose the microseconds. */
  readonly timestamp: string;
  /** In hexadecimal. */
  readonly hash: string;
}

/** What a walk found. */
export interface Walk {
  /** The last row that was looked at and found good. */
  readonly last: Place;
  readonly fault: AuditFault | null;
}

interface Batch {
  readonly rows: number;
  readonly last: Place | null;
  readonly suspect: Suspect | null;
}

/** The first row of a batch that does not follow from the one before it. */
interface Suspect {
  readonly seq: string;
  readonly expected: string;
  readonly prevHash: string;
  readonly linked: boolean;
  readonly intact: boolean;
}

/**
 * Walks an organization's chain from the row after `start` to its head, and computes every hash again. Stops at the first row that is
 * not as it was written. Rows are hashed in the server; only what is wrong comes over.
 */
export async function walkChain(
  sql: postgres.TransactionSql,
  organizationId: string,
  start: Place,
  batchSize: number,
): Promise<Walk> {
  let last = start;
  for (;;) {
    const batch = await readBatch(sql, organizationId, last, batchSize);
    if (batch.suspect !== null) return { last, fault: await nameFault(sql, organizationId, batch.suspect) };
    last = batch.last ?? last;
    if (batch.rows < batchSize) return { last, fault: await headFault(sql, organizationId, last) };
  }
}

async function readBatch(
  sql: postgres.TransactionSql,
  organizationId: string,
  after: Place,
  size: number,
): Promise<Batch> {
  const [batch] = await sql<[Batch]>`
    WITH checked AS MATERIALIZED (
      SELECT seq, "timestamp", hash, prev_hash, lag(seq, 1, ${after.seq}::bigint) OVER follows + 1 AS expected,
        prev_hash = lag(hash, 1, decode(${after.hash}, 'hex')) OVER follows AS linked,
        hash = sha256(convert_to(audit_canonical(
          prev_hash, organization_id, seq, "timestamp", occurred_at, actor_id, actor_name, actor_role, action, target_type,
          target_id, router_id, upgrade_id, before, after, reason, source, correlation_id), 'UTF8')) AS intact
      FROM (
        SELECT * FROM audit_events
        WHERE organization_id = ${organizationId} AND seq >= ${after.seq}::bigint
          AND (seq, "timestamp") > (${after.seq}::bigint, ${after.timestamp}::text::timestamptz)
        ORDER BY seq, "timestamp" LIMIT ${size}
      ) AS batch WINDOW follows AS (ORDER BY seq, "timestamp")
    )
    SELECT (SELECT count(*)::int FROM checked) AS rows,
      (SELECT jsonb_build_object('seq', seq::text, 'timestamp', "timestamp"::text, 'hash', encode(hash, 'hex'))
        FROM checked ORDER BY seq DESC, "timestamp" DESC LIMIT 1) AS last,
      (SELECT jsonb_build_object('seq', seq::text, 'expected', expected::text, 'prevHash', encode(prev_hash, 'hex'),
          'linked', linked, 'intact', intact)
        FROM checked WHERE seq <> expected OR NOT linked OR NOT intact ORDER BY seq, "timestamp" LIMIT 1) AS suspect`;
  return batch;
}

/** What somebody must have done for the row to look like this; it was found before any other. */
async function nameFault(sql: postgres.TransactionSql, organizationId: string, row: Suspect): Promise<AuditFault> {
  const [seq, expected] = [BigInt(row.seq), BigInt(row.expected)];
  if (seq > expected) return { kind: 'removed', seq: row.expected, until: String(seq - 1n) };
  if (seq < expected) return { kind: 'duplicated', seq: row.seq };
  if (row.linked) return { kind: 'edited', seq: row.seq };
  const [found] = await sql<[{ seq: string }?]>`
    SELECT seq::text FROM audit_events
    WHERE organization_id = ${organizationId} AND hash = decode(${row.prevHash}, 'hex') AND seq <> ${row.seq}::bigint LIMIT 1`;
  if (row.prevHash === '' || found !== undefined) {
    return { kind: 'reordered', seq: row.seq, follows: found?.seq ?? '0' };
  }
  // It is as it was written, but remembers another row before it than the one that is there now, whose hash was made anew.
  return row.intact && seq > 1n ? { kind: 'rewritten', seq: String(seq - 1n) } : { kind: 'edited', seq: row.seq };
}

/** Whether the chain ends where its head says. */
async function headFault(
  sql: postgres.TransactionSql,
  organizationId: string,
  last: Place,
): Promise<AuditFault | null> {
  const [head = { seq: '0', hash: '' }] = await sql<[{ seq: string; hash: string }?]>`
    SELECT seq::text, encode(hash, 'hex') AS hash FROM audit_heads WHERE organization_id = ${organizationId}`;
  const [seq, headSeq] = [BigInt(last.seq), BigInt(head.seq)];
  if (headSeq > seq) return { kind: 'cut', seq: String(seq + 1n), until: head.seq };
  if (headSeq < seq) return { kind: 'beyond-head', seq: String(headSeq + 1n) };
  return head.hash === last.hash ? null : { kind: 'rewritten', seq: last.seq };
}
