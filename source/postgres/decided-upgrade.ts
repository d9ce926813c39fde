import type postgres from 'postgres';
import { ROUTER_STATUSES, type RouterStatus } from '../model/router.ts';
import type { Schedule } from '../model/schedule.ts';
import { UPGRADE_STATUSES, type UpgradeStatus, type UpgradeWant } from '../model/upgrade.ts';
import { isBigint, oneOf } from './columns.ts';
import { type ScheduleRow, toSchedule } from './upgrade-row.ts';

/** An upgrade to decide on, with its router as it is now. People are operator ids. */
export interface UpgradeToDecide {
  readonly id: string;
  readonly routerId: string;
  readonly hostname: string;
  readonly status: UpgradeStatus;
  readonly schedule: Schedule;
  readonly fromVersion: string;
  readonly requestedById: string;
  /** Who made the MCP token that it was requested with; null if it came without one. */
  readonly tokenMadeById: string | null;
  readonly approvedById: string | null;
  readonly closedById: string | null;
  /** What was asked of it while it ran. */
  readonly wanted: UpgradeWant | null;
  /** True once its device may have been told to go down. */
  readonly activated: boolean;
  /** True once the new software is being kept for good, or the device is being taken back. */
  readonly settled: boolean;
  readonly runningVersion: string;
  readonly routerStatus: RouterStatus;
  /** Why the agent keeps it from being approved now; null if it does not. */
  readonly deferredWhy: string | null;
}

interface Row extends ScheduleRow, Omit<UpgradeToDecide, 'status' | 'schedule' | 'routerStatus'> {
  readonly status: string;
  readonly routerStatus: string;
}

/** Reads an upgrade that nobody else can decide on, nor change its router, until the transaction ends; null if there is none. */
export async function lockUpgradeToDecide(sql: postgres.TransactionSql, id: string): Promise<UpgradeToDecide | null> {
  if (!isBigint(id)) return null;
  // Only columns of the two tables that are locked: after a wait for another decision, PostgreSQL reads these rows anew,
  // but keeps the rows of other joined tables as they were before the wait.
  const [row] = await sql<[Row?]>`
    SELECT u.id::text, u.router_id AS "routerId", r.hostname, u.status, u.schedule_kind, u.scheduled_at, u.window_ends_at,
      u.from_ver AS "fromVersion", u.requested_by AS "requestedById", u.approved_by AS "approvedById",
      (SELECT t.created_by::text FROM mcp_tokens AS t WHERE t.organization_id = u.organization_id AND t.id = u.mcp_token_id)
        AS "tokenMadeById",
      u.closed_by AS "closedById", u.wanted, r.current_ver AS "runningVersion", r.status AS "routerStatus",
      CASE WHEN u.deferred_until > now() THEN u.deferred_why END AS "deferredWhy",
      EXISTS (SELECT FROM upgrade_steps AS t WHERE t.organization_id = u.organization_id AND t.upgrade_id = u.id
        AND t.name = 'activate' AND t.intent IS NOT NULL) AS activated,
      EXISTS (SELECT FROM upgrade_steps AS t WHERE t.organization_id = u.organization_id AND t.upgrade_id = u.id
        AND (t.name = 'rollback' OR (t.name = 'commit' AND t.attempt > 0))) AS settled
    FROM upgrades AS u JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
    WHERE u.id = ${id}::bigint
    FOR UPDATE OF u FOR SHARE OF r`;
  if (row === undefined) return null;
  return {
    ...row,
    status: oneOf(UPGRADE_STATUSES, row.status, 'upgrades.status'),
    schedule: toSchedule(row),
    routerStatus: oneOf(ROUTER_STATUSES, row.routerStatus, 'routers.status'),
  };
}
