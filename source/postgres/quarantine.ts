import type postgres from 'postgres';
import { appendAudit } from './audit.ts';
import type { Actor } from '../model/operator.ts';
import type { OrganizationScope } from './database.ts';

/** Something that is wrong with what was read of a router. Times are milliseconds since the epoch. */
export interface QuarantineEntry {
  readonly routerId: string;
  readonly reason: string;
  /** Which measurement or fact; empty: the whole reading. */
  readonly field: string;
  /** The newest that was not believed, shortened. */
  readonly sample: string;
  readonly count: number;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

/** So many are kept of an organization: the newest. */
const MOST = 1000;

/** Adds to what is in quarantine. */
export async function addToQuarantine(
  sql: postgres.TransactionSql,
  collector: string,
  entries: readonly QuarantineEntry[],
): Promise<void> {
  await sql`
    INSERT INTO collector_quarantine AS q (organization_id, router_id, reason, field, sample, count, collector, first_seen_at, last_seen_at)
    SELECT current_org_id(), e."routerId", e.reason, e.field, e.sample, e.count, ${collector}, to_timestamp(e."firstSeenAt" / 1000),
      to_timestamp(e."lastSeenAt" / 1000)
    FROM json_to_recordset(${JSON.stringify(entries)}::text::json) AS e ("routerId" text, reason text, field text, sample text,
      count bigint, "firstSeenAt" float8, "lastSeenAt" float8)
    ON CONFLICT (organization_id, router_id, reason, field) DO UPDATE SET sample = excluded.sample, count = q.count + excluded.count,
      collector = excluded.collector, last_seen_at = greatest(q.last_seen_at, excluded.last_seen_at)`;
  await sql`
    DELETE FROM collector_quarantine WHERE organization_id = current_org_id() AND (router_id, reason, field) IN (
      SELECT router_id, reason, field FROM collector_quarantine WHERE organization_id = current_org_id()
      ORDER BY last_seen_at DESC OFFSET ${MOST})`;
}

/** What is in quarantine, newest first. */
export async function listQuarantine({ sql }: OrganizationScope): Promise<readonly QuarantineEntry[]> {
  return sql<QuarantineEntry[]>`
    SELECT router_id AS "routerId", reason, field, sample, count::float8 AS count,
      (extract(epoch FROM first_seen_at) * 1000)::float8 AS "firstSeenAt",
      (extract(epoch FROM last_seen_at) * 1000)::float8 AS "lastSeenAt"
    FROM collector_quarantine ORDER BY last_seen_at DESC, router_id, reason, field`;
}

/** Forgets what is in quarantine, of one router or of all, audited. Gives how many entries there were. */
export async function clearQuarantine(
  scope: OrganizationScope,
  actor: Actor,
  routerId: string | null,
): Promise<number> {
  return scope.transaction(async (sql) => {
    const rows = await sql`
      DELETE FROM collector_quarantine
      WHERE organization_id = current_org_id() AND ${routerId === null ? sql`true` : sql`router_id = ${routerId}`} RETURNING 1`;
    if (rows.length > 0) {
      await appendAudit(sql, [
        {
          actor,
          action: 'quarantine.clear',
          targetType: 'quarantine',
          targetId: routerId ?? 'all',
          before: { entries: rows.length },
        },
      ]);
    }
    return rows.length;
  });
}
