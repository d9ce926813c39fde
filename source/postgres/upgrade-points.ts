import { z } from 'zod';
import { CHECK_STATUSES } from '../model/upgrade-run.ts';
import { UPGRADE_STEPS } from '../model/upgrade.ts';
import type { UpgradeEvent } from '../model/upgrade-points.ts';
import type { Database, OrganizationScope } from './database.ts';

/** How long a row is kept after its point was written, to see what was: the next point of an upgrade must be later than the last one. */
const KEPT = '7 days';

const bodySchema = z.union([
  z.object({
    kind: z.literal('progress'),
    step: z.enum([...UPGRADE_STEPS, 'rollback']),
    status: z.enum(['pending', 'running', 'success', 'failed', 'skipped', 'rolled_back']),
    percent: z.number(),
    elapsed: z.number().nullable(),
  }),
  z.object({
    kind: z.literal('check'),
    name: z.string(),
    phase: z
      .enum(['pre', 'gate', 'post'])
      .transform((phase) => (phase === 'post' ? ('after' as const) : ('before' as const))),
    status: z.enum(CHECK_STATUSES),
    expected: z.string(),
    actual: z.string(),
  }),
]);

/** An event that the telemetry store does not have yet. */
export interface DueEvent {
  readonly id: string;
  readonly event: UpgradeEvent;
}

/** The organizations that have events for the telemetry store. For netup_worker. */
export async function organizationsWithEvents({ unscoped }: Database): Promise<readonly string[]> {
  const rows = await unscoped<{ id: string }[]>`SELECT upgrade_points_due()::text AS id`;
  return rows.map(({ id }) => id);
}

interface Row {
  readonly id: string;
  readonly upgradeId: string;
  readonly routerId: string;
  readonly vendor: string | null;
  readonly site: string | null;
  readonly at: Date;
  readonly body: unknown;
}

/** The oldest events of an organization that the store does not have yet, at most so many. */
export async function dueEvents(
  { sql, organizationId }: OrganizationScope,
  limit: number,
): Promise<readonly DueEvent[]> {
  const rows = await sql<Row[]>`
    SELECT p.id::text, p.upgrade_id::text AS "upgradeId", r.id AS "routerId", v.name AS vendor, s.name AS site, p.measured_at AS at,
      p.body || jsonb_build_object('kind', p.kind) AS body
    FROM upgrade_points AS p
    JOIN upgrades AS u ON u.organization_id = p.organization_id AND u.id = p.upgrade_id
    JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
    LEFT JOIN vendors AS v ON v.id = r.vendor_id
    LEFT JOIN sites AS s ON s.organization_id = r.organization_id AND s.id = r.site_id
    WHERE p.written_at IS NULL
    ORDER BY p.id LIMIT ${limit}`;
  return rows.map(({ id, body, ...row }) => ({ id, event: { organizationId, ...row, ...bodySchema.parse(body) } }));
}

/** The store has these events. Deletes what it has had for long. */
export async function markWritten({ sql }: OrganizationScope, events: readonly DueEvent[]): Promise<void> {
  const ids = events.map(({ id }) => id);
  await sql`UPDATE upgrade_points SET written_at = now() WHERE id = ANY (${ids}::bigint[]) AND written_at IS NULL`;
  await sql`DELETE FROM upgrade_points WHERE written_at < now() - ${KEPT}::interval`;
}
