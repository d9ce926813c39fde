import type { ScheduleChoice } from '../model/schedule.ts';
import { type Platform, PLATFORMS } from '../model/platform.ts';
import { UPGRADE_STATUSES, type UpgradeStatus } from '../model/upgrade.ts';
import { isBigint, oneOf } from './columns.ts';
import type { OrganizationScope } from './database.ts';
import { type ScheduleRow, toSchedule } from './upgrade-row.ts';

/** One upgrade of a dry-run's request, with what it was asked for. */
export interface DryRun {
  readonly id: string;
  readonly routerId: string;
  readonly hostname: string;
  readonly status: UpgradeStatus;
  readonly imageId: string;
  readonly modelId: string | null;
  /** Of its site. */
  readonly timeZone: string;
  readonly wave: number;
  readonly schedule: ScheduleChoice;
  readonly changeReference: string | null;
  readonly platform: Platform | null;
  readonly fromVersion: string;
  readonly toVersion: string;
}

interface Row extends ScheduleRow, Omit<DryRun, 'status' | 'schedule' | 'platform'> {
  readonly platform: string | null;
  readonly status: string;
}

/** All upgrades that were asked for together with this one, in the order of their waves; empty if it is not there, or no dry-run. */
export async function readDryRuns({ sql }: OrganizationScope, upgradeId: string): Promise<readonly DryRun[]> {
  if (!isBigint(upgradeId)) return [];
  const rows = await sql<Row[]>`
    SELECT u.id::text, u.router_id AS "routerId", r.hostname, u.status, u.image_id AS "imageId", r.model_id AS "modelId", coalesce(s.time_zone, 'UTC') AS "timeZone", u.wave,
      u.schedule_kind, u.scheduled_at, u.window_ends_at, u.change_reference AS "changeReference",
      m.platform, u.from_ver AS "fromVersion", u.to_ver AS "toVersion"
    FROM upgrades AS u JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
    LEFT JOIN models AS m ON m.id = r.model_id
    LEFT JOIN sites AS s ON s.organization_id = r.organization_id AND s.id = r.site_id
    WHERE u.batch_id = (SELECT b.batch_id FROM upgrades AS b WHERE b.id = ${upgradeId}::bigint AND b.dry_run)
    ORDER BY u.wave, r.hostname COLLATE "C"`;
  return rows.map(({ schedule_kind, scheduled_at, window_ends_at, ...row }) => {
    const schedule = toSchedule({ schedule_kind, scheduled_at, window_ends_at });
    return {
      ...row,
      platform: row.platform === null ? null : oneOf(PLATFORMS, row.platform, 'models.platform'),
      status: oneOf(UPGRADE_STATUSES, row.status, 'upgrades.status'),
      // The window that it was about may be over by now: it is the next one then.
      schedule: schedule.kind === 'window' ? { kind: 'window' } : schedule,
    };
  });
}
