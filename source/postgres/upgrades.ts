import { z } from 'zod';
import { type Gate, GATE_IDS } from '../model/gate.ts';
import {
  type Upgrade,
  UPGRADE_STEPS,
  type UpgradeDetail,
  type UpgradeStatus,
  type UpgradeStep,
} from '../model/upgrade.ts';
import { isBigint } from './columns.ts';
import type { OrganizationScope } from './database.ts';
import { toUpgrade, UPGRADE_COLUMNS, UPGRADE_TABLES, type UpgradeRow } from './upgrade-row.ts';

export interface UpgradeFilter {
  readonly statuses?: readonly UpgradeStatus[];
  readonly routerId?: string;
  /** Only these, as far as they are there. */
  readonly ids?: readonly string[];
  /** Those of one request. */
  readonly batchId?: string;
  /** At most so many; 1000 if not given. */
  readonly limit?: number;
}

export const gatesSchema: z.ZodType<readonly Gate[]> = z.array(
  z.object({
    id: z.enum(GATE_IDS),
    title: z.string(),
    expected: z.string(),
    actual: z.string(),
    result: z.enum(['pass', 'fail', 'unknown']),
    advice: z.string(),
    span: z.object({ start: z.string(), end: z.string() }).optional(),
  }),
);

const instant = z.number().transform((milliseconds) => new Date(milliseconds));

const stepsSchema: z.ZodType<readonly UpgradeStep[]> = z.array(
  z.object({
    position: z.number(),
    name: z.enum([...UPGRADE_STEPS, 'rollback']),
    status: z.enum(['pending', 'running', 'success', 'failed', 'skipped', 'rolled_back']),
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
    detail: z.string().nullable(),
    attempt: z.number(),
  }),
);

interface DetailRow {
  readonly policy_id: string | null;
  readonly deferred_why: string | null;
  readonly gates: unknown;
  readonly steps: unknown;
  readonly file_name: string;
  readonly size_bytes: string;
  readonly sha256: string;
}

/** Upgrades, newest first. */
export async function listUpgrades(scope: OrganizationScope, filter: UpgradeFilter = {}): Promise<readonly Upgrade[]> {
  const { sql } = scope;
  const ofStatus = filter.statuses === undefined ? sql`true` : sql`u.status = ANY (${[...filter.statuses]}::text[])`;
  const ofRouter = filter.routerId === undefined ? sql`true` : sql`u.router_id = ${filter.routerId}`;
  const ofIds = filter.ids === undefined ? sql`true` : sql`u.id = ANY (${[...filter.ids]}::bigint[])`;
  const ofBatch = filter.batchId === undefined ? sql`true` : sql`u.batch_id = ${filter.batchId}`;
  const rows = await sql<UpgradeRow[]>`
    SELECT ${sql.unsafe(UPGRADE_COLUMNS)} FROM ${sql.unsafe(UPGRADE_TABLES)}
    WHERE ${ofStatus} AND ${ofRouter} AND ${ofIds} AND ${ofBatch}
    ORDER BY u.requested_at DESC, u.id DESC
    LIMIT ${filter.limit ?? 1000}`;
  return rows.map((row) => toUpgrade(row));
}

/** One upgrade with its gates and steps; null if there is none with this id. */
export async function getUpgrade(scope: OrganizationScope, id: string): Promise<UpgradeDetail | null> {
  if (!isBigint(id)) return null;
  const { sql } = scope;
  const [row] = await sql<[(UpgradeRow & DetailRow)?]>`
    SELECT ${sql.unsafe(UPGRADE_COLUMNS)}, u.policy_id::text, u.gates,
      CASE WHEN u.status = 'pending' AND u.deferred_until > now() THEN u.deferred_why END AS deferred_why, i.file_name, i.size_bytes::text, i.sha256,
      (SELECT coalesce(jsonb_agg(jsonb_build_object(
          'position', t.position, 'name', t.name, 'status', t.status, 'detail', t.detail, 'attempt', t.attempt,
          'startedAt', extract(epoch FROM t.started_at) * 1000, 'finishedAt', extract(epoch FROM t.finished_at) * 1000)
          ORDER BY t.position), '[]')
        FROM upgrade_steps AS t WHERE t.organization_id = u.organization_id AND t.upgrade_id = u.id) AS steps
    FROM ${sql.unsafe(UPGRADE_TABLES)} JOIN firmware_images AS i ON i.id = u.image_id
    WHERE u.id = ${id}::bigint`;
  if (row === undefined) return null;
  return {
    ...toUpgrade(row),
    image: { fileName: row.file_name, sizeBytes: Number(row.size_bytes), sha256: row.sha256 },
    policyId: row.policy_id,
    deferredWhy: row.deferred_why,
    gates: gatesSchema.parse(row.gates),
    steps: stepsSchema.parse(row.steps),
  };
}

/** Ids of the routers that these upgrades are about. */
export async function routersOfUpgrades(scope: OrganizationScope, ids: readonly string[]): Promise<readonly string[]> {
  const known = ids.filter((id) => isBigint(id));
  const rows = await scope.sql<{ router_id: string }[]>`
    SELECT DISTINCT router_id FROM upgrades WHERE id = ANY (${known}::bigint[])`;
  return rows.map((row) => row.router_id);
}

/** How many upgrades have each status. */
export async function countUpgrades(scope: OrganizationScope): Promise<Record<UpgradeStatus, number>> {
  const rows = await scope.sql<{ status: string; count: number }[]>`
    SELECT status, count(*)::int AS count FROM upgrades GROUP BY status`;
  const counts = new Map(rows.map(({ status, count }) => [status, count]));
  const of = (status: UpgradeStatus): number => counts.get(status) ?? 0;
  return {
    draft: of('draft'),
    pending: of('pending'),
    approved: of('approved'),
    scheduled: of('scheduled'),
    running: of('running'),
    paused: of('paused'),
    success: of('success'),
    failed: of('failed'),
    rolled_back: of('rolled_back'),
    cancelled: of('cancelled'),
    rejected: of('rejected'),
  };
}
