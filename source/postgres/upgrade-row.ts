import type { Schedule } from '../model/schedule.ts';
import { type PlanPlace, type Upgrade, UPGRADE_STATUSES, type UpgradeWant } from '../model/upgrade.ts';
import { PLAN_STATES } from '../model/upgrade-plan.ts';
import { oneOf } from './columns.ts';

export interface ScheduleRow {
  readonly schedule_kind: string;
  readonly scheduled_at: Date | null;
  readonly window_ends_at: Date | null;
}

export interface UpgradeRow extends ScheduleRow {
  readonly id: string;
  readonly router_id: string;
  readonly hostname: string;
  readonly site: string | null;
  readonly time_zone: string;
  readonly from_ver: string;
  readonly to_ver: string;
  readonly status: string;
  readonly requested_by: string;
  readonly requested_by_id: string;
  readonly requested_at: Date;
  readonly approved_by: string | null;
  readonly approved_at: Date | null;
  readonly closed_by: string | null;
  readonly closed_at: Date | null;
  readonly close_reason: string | null;
  readonly change_reference: string | null;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly outcome: string | null;
  readonly wanted: UpgradeWant | null;
  readonly dry_run: boolean;
  readonly activated: boolean;
  readonly settled: boolean;
  readonly batch_id: string;
  readonly wave: number;
  /** NULL, as the two after it, where it goes in no plan. */
  readonly waves: number | null;
  readonly open_wave: number | null;
  readonly plan_state: string | null;
  readonly decision: string;
}

export const UPGRADE_COLUMNS = `u.id::text, u.router_id, r.hostname, s.name AS site, coalesce(s.time_zone, 'UTC') AS time_zone,
  u.from_ver, u.to_ver, u.status, u.schedule_kind, u.scheduled_at, u.window_ends_at,
  requester.name AS requested_by, u.requested_by AS requested_by_id, u.requested_at,
  approver.name AS approved_by, u.approved_at, closer.name AS closed_by, u.closed_at, u.close_reason,
  u.change_reference, u.started_at, u.finished_at, u.outcome, u.wanted, u.dry_run, u.batch_id, u.decision,
  u.wave, plan.waves, plan.open_wave, plan.state AS plan_state, EXISTS (
    SELECT FROM upgrade_steps AS t WHERE t.organization_id = u.organization_id AND t.upgrade_id = u.id
      AND t.name = 'activate' AND t.intent IS NOT NULL) AS activated, EXISTS (SELECT FROM upgrade_steps AS t WHERE t.organization_id = u.organization_id AND t.upgrade_id = u.id
    AND (t.name = 'rollback' OR (t.name = 'commit' AND t.attempt > 0))) AS settled`;

export const UPGRADE_TABLES = `upgrades AS u
  JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
  LEFT JOIN sites AS s ON s.organization_id = r.organization_id AND s.id = r.site_id
  JOIN operators AS requester ON requester.id = u.requested_by
  LEFT JOIN operators AS approver ON approver.id = u.approved_by
  LEFT JOIN operators AS closer ON closer.id = u.closed_by
  LEFT JOIN upgrade_plans AS plan ON plan.organization_id = u.organization_id AND plan.id = u.batch_id`;

export function toUpgrade(row: UpgradeRow): Upgrade {
  return {
    id: row.id,
    routerId: row.router_id,
    hostname: row.hostname,
    site: row.site,
    timeZone: row.time_zone,
    fromVersion: row.from_ver,
    toVersion: row.to_ver,
    status: oneOf(UPGRADE_STATUSES, row.status, 'upgrades.status'),
    schedule: toSchedule(row),
    requestedBy: row.requested_by,
    requestedById: row.requested_by_id,
    requestedAt: row.requested_at,
    approvedBy: row.approved_by,
    approvedAt: row.approved_at,
    closedBy: row.closed_by,
    closedAt: row.closed_at,
    closeReason: row.close_reason,
    changeReference: row.change_reference,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    outcome: row.outcome,
    wanted: row.wanted,
    dryRun: row.dry_run,
    activated: row.activated,
    settled: row.settled,
    batchId: row.batch_id,
    plan: toPlace(row),
    verdict: oneOf(['approve', 'defer', 'reject'], row.decision, 'upgrades.decision'),
  };
}

function toPlace({ wave, waves, open_wave, plan_state }: UpgradeRow): PlanPlace | null {
  if (waves === null || open_wave === null || plan_state === null) return null;
  return { wave, waves, openWave: open_wave, state: oneOf(PLAN_STATES, plan_state, 'upgrade_plans.state') };
}

export function toSchedule({ schedule_kind, scheduled_at, window_ends_at }: ScheduleRow): Schedule {
  const kind = oneOf(['now', 'at', 'window'], schedule_kind, 'upgrades.schedule_kind');
  if (kind === 'now' || scheduled_at === null) return { kind: 'now' };
  if (kind === 'at' || window_ends_at === null) return { kind: 'at', at: scheduled_at };
  return { kind: 'window', opensAt: scheduled_at, closesAt: window_ends_at };
}
