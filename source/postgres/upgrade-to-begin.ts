import type postgres from 'postgres';
import type { Schedule } from '../model/schedule.ts';
import { UPGRADE_STATUSES, type UpgradeStatus } from '../model/upgrade.ts';
import { oneOf } from './columns.ts';
import { type ScheduleRow, toSchedule } from './upgrade-row.ts';

/** What decides whether a worker that was given an upgrade may begin it. */
export interface UpgradeToBegin {
  readonly id: string;
  readonly routerId: string;
  readonly status: UpgradeStatus;
  /** True if a worker began it before. */
  readonly begun: boolean;
  readonly schedule: Schedule;
  /** True: it changes nothing, so that nobody has to approve it. */
  readonly dryRun: boolean;
  /** Of its plan, from 1. */
  readonly wave: number;
  /** Null for one that nobody approved: of these only dry-runs are given to workers. */
  readonly approvedAt: Date | null;
}

interface Row extends ScheduleRow {
  readonly routerId: string;
  readonly status: string;
  readonly begun: boolean;
  readonly dryRun: boolean;
  readonly wave: number;
  readonly approvedAt: Date | null;
}

/** Reads an upgrade that nobody can decide on until the transaction ends; null if there is none. */
export async function lockUpgradeToBegin(sql: postgres.TransactionSql, id: string): Promise<UpgradeToBegin | null> {
  const [row] = await sql<[Row?]>`
    SELECT router_id AS "routerId", status, started_at IS NOT NULL AS begun, dry_run AS "dryRun", wave, approved_at AS "approvedAt", schedule_kind, scheduled_at, window_ends_at
    FROM upgrades WHERE id = ${id}::bigint FOR UPDATE`;
  if (row === undefined) return null;
  const { routerId, begun, dryRun, wave, approvedAt } = row;
  return {
    id,
    routerId,
    begun,
    dryRun,
    wave,
    approvedAt,
    status: oneOf(UPGRADE_STATUSES, row.status, 'upgrades.status'),
    schedule: toSchedule(row),
  };
}
