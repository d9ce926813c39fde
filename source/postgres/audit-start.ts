import type postgres from 'postgres';
import type { ChainReport } from '../model/audit-chain.ts';
import type { Place } from './audit-walk.ts';

/** The action of the row that tells what retention removed. */
export const RETAIN_ACTION = 'audit.retain';

/** Where a chain begins: after row 0, or after the last row that retention removed. */
export interface ChainStart {
  readonly start: Place;
  readonly retained: ChainReport['retained'];
}

/** Before the first row of all. */
const BEGINNING: Place = { seq: '0', timestamp: '-infinity', hash: '' };

/**
 * Finds where the organization's chain begins. Rows that are missing from its start are believed to have been removed by retention
 * only if a row of the chain says so, with the place and the hash of the last of them.
 */
export async function findStart(sql: postgres.TransactionSql, organizationId: string): Promise<ChainStart> {
  const [first] = await sql<{ until: string; hash: string }[]>`
    SELECT (seq - 1)::text AS until, encode(prev_hash, 'hex') AS hash FROM audit_events
    WHERE organization_id = ${organizationId} ORDER BY seq, "timestamp" LIMIT 1`;
  if (first === undefined || first.until === '0') return { start: BEGINNING, retained: null };
  const { until, hash } = first;
  const [told] = await sql<{ event: string }[]>`
    SELECT seq::text AS event FROM audit_events
    WHERE organization_id = ${organizationId} AND action = ${RETAIN_ACTION}
      AND before->>'until_seq' = ${until} AND before->>'until_hash' = ${hash}
    ORDER BY seq LIMIT 1`;
  if (told === undefined) return { start: BEGINNING, retained: null };
  return { start: { seq: until, timestamp: '-infinity', hash }, retained: { until, event: told.event } };
}
