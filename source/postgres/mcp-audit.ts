import { z } from 'zod';
import type { OrganizationScope } from './database.ts';
import type { Page } from './mcp-pages.ts';

const rowsSchema = z.array(
  z.object({
    seq: z.string(),
    timestamp: z.date(),
    actor: z.string(),
    role: z.string(),
    action: z.string(),
    target_type: z.string(),
    target_id: z.string(),
    router_id: z.string().nullable(),
    upgrade_id: z.string().nullable(),
    reason: z.string().nullable(),
    source: z.string(),
  }),
);

/** A row of the audit trail, without what was and what became. */
export type AuditRow = z.infer<typeof rowsSchema>[number];

export interface AuditFilter {
  readonly routerId?: string | undefined;
  readonly upgradeId?: string | undefined;
  /** How the action begins: `upgrade.` or `upgrade.approve`. */
  readonly action?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/** Where a page ended. */
export interface AuditPlace {
  readonly seq: string;
  /** Of that row; the database's has microseconds more. */
  readonly timestamp: Date;
}

/** The trail, newest first, from the row before `before` on. */
export async function pageAudit(
  { sql }: OrganizationScope,
  filter: AuditFilter,
  before: AuditPlace | null,
  limit: number,
): Promise<Page<AuditRow>> {
  const { routerId, upgradeId, action, since, until } = filter;
  // The time too, so that the index leads to the place.
  const place =
    before === null
      ? sql`true`
      : sql`seq < ${before.seq}::bigint AND "timestamp" <= ${new Date(before.timestamp.getTime() + 1)}`;
  const found = rowsSchema.parse(
    await sql`
      SELECT seq::text, "timestamp", actor_name AS actor, actor_role AS role, action, target_type, target_id, router_id,
        upgrade_id::text, reason, source
      FROM audit_events
      WHERE ${place}
        AND ${routerId === undefined ? sql`true` : sql`router_id = ${routerId}`}
        AND ${upgradeId === undefined ? sql`true` : sql`upgrade_id = ${upgradeId}::bigint`}
        AND ${action === undefined ? sql`true` : sql`starts_with(action, ${action})`}
        AND ${since === undefined ? sql`true` : sql`"timestamp" >= ${since}`}
        AND ${until === undefined ? sql`true` : sql`"timestamp" < ${until}`}
      ORDER BY "timestamp" DESC, audit_events.seq DESC LIMIT ${limit + 1}`,
  );
  return { rows: found.slice(0, limit), more: found.length > limit };
}
