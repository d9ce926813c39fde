import { z } from 'zod';
import type { AuditEvent } from '../model/audit.ts';
import type { AuditFilter } from '../model/audit-filter.ts';
import type { OrganizationScope } from './database.ts';

/** A row of the trail with what changed. */
export interface AuditRow extends AuditEvent {
  readonly correlationId: string;
  /** When it happened, by the clock of whoever says so. */
  readonly occurredAt: Date;
  /** The columns that changed, as they were and as they are; null if the row says none. */
  readonly before: unknown;
  readonly after: unknown;
  /** In hex. */
  readonly hash: string;
}

/** What the database itself can say of the chain at once. Only `audit verify` computes the hashes again. */
export interface ChainState {
  /** Rows so far, and when the last was appended; null while there is none. */
  readonly head: { readonly seq: string; readonly at: Date } | null;
  /** The last signed checkpoint; null if there is none. */
  readonly checkpoint: { readonly seq: string; readonly madeAt: Date; readonly keyId: string } | null;
  /** False: the row that the last checkpoint signs has another hash, or the chain ends before it. */
  readonly holds: boolean;
}

const jsonSchema = z.json().nullable();

/** The newest rows that fit, newest first: at most so many. */
export async function auditTail(
  { sql }: OrganizationScope,
  { actor, action, target, source, since, words = [] }: AuditFilter,
  limit: number,
): Promise<readonly AuditRow[]> {
  const like = (text: string): string => `%${text.replace(/[\\%_]/gu, String.raw`\$&`)}%`;
  const conditions = [
    actor === undefined ? sql`` : sql`AND actor_name ILIKE ${like(actor)}`,
    action === undefined ? sql`` : sql`AND action ILIKE ${like(action)}`,
    target === undefined ? sql`` : sql`AND (router_id ILIKE ${like(target)} OR target_id ILIKE ${like(target)})`,
    source === undefined ? sql`` : sql`AND source = ${source}`,
    since === undefined ? sql`` : sql`AND "timestamp" >= ${since}`,
    ...words.map(
      (word) => sql`AND concat_ws(' ', actor_name, action, router_id, target_id, reason, source) ILIKE ${like(word)}`,
    ),
  ];
  const rows = await sql<AuditRow[]>`
    SELECT seq::text AS id, "timestamp", occurred_at AS "occurredAt", actor_name AS actor, actor_role AS role, action,
      target_type AS "targetType", target_id AS "targetId", upgrade_id::text AS "upgradeId", router_id AS "routerId",
      reason, source, correlation_id AS "correlationId", before, after, encode(hash, 'hex') AS hash
    FROM audit_events
    WHERE true ${conditions}
    ORDER BY "timestamp" DESC, seq DESC
    LIMIT ${limit}`;
  return rows.map((row) => ({ ...row, before: jsonSchema.parse(row.before), after: jsonSchema.parse(row.after) }));
}

/** Compares the last signed checkpoint with the row that it signs: two look-ups by key, however long the trail is. */
export async function chainState({ sql }: OrganizationScope): Promise<ChainState> {
  const [row] = await sql<
    [
      {
        seq: string | null;
        at: Date | null;
        signed: string | null;
        madeAt: Date | null;
        keyId: string | null;
        holds: boolean;
      },
    ]
  >`
    SELECT h.seq::text, h."timestamp" AS at, c.seq::text AS signed, c.made_at AS "madeAt", c.key_id AS "keyId",
      c.seq IS NULL OR (coalesce(h.seq, 0) >= c.seq AND NOT EXISTS (
        SELECT FROM audit_events AS e
        WHERE e.organization_id = o.id AND e.seq = c.seq AND e.hash <> c.hash)) AS holds
    FROM (SELECT current_org_id() AS id) AS o
    LEFT JOIN audit_heads AS h ON h.organization_id = o.id
    LEFT JOIN LATERAL (
      SELECT * FROM audit_checkpoints WHERE organization_id = o.id ORDER BY seq DESC LIMIT 1) AS c ON true`;
  const { seq, at, signed, madeAt, keyId, holds } = row;
  return {
    head: seq === null || at === null ? null : { seq, at },
    checkpoint: signed === null || madeAt === null || keyId === null ? null : { seq: signed, madeAt, keyId },
    holds,
  };
}
