import type postgres from 'postgres';
import { isSignedBy } from '../config/audit-key.ts';
import { type AuditCheckpoint, checkpointText, type TrustedKeys } from '../model/audit-checkpoint.ts';
import type { AuditFault } from '../model/audit-chain.ts';
import type { Place } from './audit-walk.ts';

/** The first checkpoint that was not signed by the key that it names, or by none of the trusted ones. */
export function signatureFault(checkpoints: readonly AuditCheckpoint[], trusted: TrustedKeys): AuditFault | null {
  for (const checkpoint of checkpoints) {
    const { seq, keyId, signature } = checkpoint;
    if (trusted !== null && !trusted.has(keyId)) return { kind: 'unknown-key', seq };
    if (!isSignedBy(keyId, checkpointText(checkpoint), signature)) return { kind: 'bad-signature', seq };
  }
  return null;
}

/**
 * The first checkpoint, in the chain's order, whose row is not there or has another hash. The chain from `start` to `last` must hold by
 * itself: then a row with the signed hash vouches for every row before it.
 */
export async function checkpointFault(
  sql: postgres.TransactionSql,
  organizationId: string,
  checkpoints: readonly AuditCheckpoint[],
  start: Place,
  last: Place,
): Promise<AuditFault | null> {
  const [from, to] = [BigInt(start.seq), BigInt(last.seq)];
  const anchor = checkpoints.find(({ seq, hash }) => seq === start.seq && hash !== start.hash);
  if (anchor !== undefined) return { kind: 'unanchored', seq: String(from + 1n) };
  const within = checkpoints.filter(({ seq }) => BigInt(seq) > from && BigInt(seq) <= to);
  const [wrong] = await sql<{ seq: string }[]>`
    SELECT c.seq::text FROM jsonb_to_recordset(${sql.json(within.map(({ seq, hash }) => ({ seq, hash })))})
      AS c (seq bigint, hash text)
    LEFT JOIN audit_events AS e ON e.organization_id = ${organizationId} AND e.seq = c.seq
    WHERE e.hash IS DISTINCT FROM decode(c.hash, 'hex') ORDER BY c.seq LIMIT 1`;
  if (wrong !== undefined) {
    const good = within.findLast(({ seq }) => BigInt(seq) < BigInt(wrong.seq));
    return { kind: 'rechained', seq: String(BigInt(good?.seq ?? start.seq) + 1n), until: wrong.seq };
  }
  const beyond = checkpoints.findLast(({ seq }) => BigInt(seq) > to);
  return beyond === undefined ? null : { kind: 'cut', seq: String(to + 1n), until: beyond.seq };
}

/** What was removed before the start is vouched for by a checkpoint of its last row, or of one after it. */
export function unanchoredFault(checkpoints: readonly AuditCheckpoint[], start: Place): AuditFault | null {
  const from = BigInt(start.seq);
  if (from === 0n || checkpoints.some(({ seq }) => BigInt(seq) >= from)) return null;
  return { kind: 'unanchored', seq: String(from + 1n) };
}
