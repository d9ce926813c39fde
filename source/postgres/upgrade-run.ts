import { z } from 'zod';
import { PLATFORMS } from '../model/platform.ts';
import { UPGRADE_STATUSES, UPGRADE_STEPS, type UpgradeWant } from '../model/upgrade.ts';
import type { RunStep, UpgradeRun } from '../model/upgrade-run.ts';
import { oneOf } from './columns.ts';
import type { OrganizationScope } from './database.ts';
import { type ImageRouteRow, toImageRoute } from './site-images.ts';
import { type ScheduleRow, toSchedule } from './upgrade-row.ts';

const stepsSchema: z.ZodType<readonly RunStep[]> = z.array(
  z.object({
    position: z.number(),
    name: z.enum([...UPGRADE_STEPS, 'rollback']),
    status: z.enum(['pending', 'running', 'success', 'failed', 'skipped', 'rolled_back']),
    attempt: z.number(),
    intent: z.unknown(),
    evidence: z.unknown(),
  }),
);

interface Row extends ScheduleRow, ImageRouteRow {
  readonly id: string;
  readonly status: string;
  readonly wanted: UpgradeWant | null;
  readonly dry_run: boolean;
  readonly ignores_blackouts: boolean;
  readonly from_ver: string;
  readonly to_ver: string;
  readonly router_id: string;
  readonly hostname: string;
  readonly host: string;
  readonly mgmt_port: number;
  readonly ssh_host_key: string | null;
  readonly platform: string | null;
  readonly model: string | null;
  readonly vendor: string | null;
  readonly site: string | null;
  readonly current_ver: string;
  readonly image_id: string;
  readonly file_name: string;
  readonly size_bytes: string;
  readonly sha256: string;
  readonly sha512: string | null;
  readonly minimum_ver: string | null;
  readonly steps: unknown;
}

/** Reads an upgrade for a worker; null if there is none with this id. */
export async function readUpgradeRun(scope: OrganizationScope, id: string): Promise<UpgradeRun | null> {
  const [row] = await scope.sql<[Row?]>`
    SELECT u.id::text, u.status, u.wanted, u.dry_run, u.schedule_kind, u.scheduled_at, u.window_ends_at, u.from_ver, u.to_ver,
      u.router_id, r.hostname, host(r.mgmt_ip) AS host, r.mgmt_port, r.ssh_host_key, m.platform, m.name AS model,
      v.name AS vendor, s.name AS site, s.image_transfer, s.image_url, r.current_ver, coalesce(q.ignores_blackouts, false) AS ignores_blackouts,
      i.id AS image_id, i.file_name, i.size_bytes::text, i.sha256, i.sha512, i.minimum_ver,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('position', t.position, 'name', t.name, 'status', t.status,
          'attempt', t.attempt, 'intent', t.intent, 'evidence', t.evidence) ORDER BY t.position), '[]')
        FROM upgrade_steps AS t WHERE t.organization_id = u.organization_id AND t.upgrade_id = u.id) AS steps
    FROM upgrades AS u
    JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
    JOIN firmware_images AS i ON i.id = u.image_id
    LEFT JOIN upgrade_queue AS q ON q.organization_id = u.organization_id AND q.upgrade_id = u.id
    LEFT JOIN models AS m ON m.id = r.model_id
    LEFT JOIN vendors AS v ON v.id = r.vendor_id
    LEFT JOIN sites AS s ON s.organization_id = r.organization_id AND s.id = r.site_id
    WHERE u.id = ${id}::bigint`;
  if (row === undefined) return null;
  return {
    id: row.id,
    organizationId: scope.organizationId,
    status: oneOf(UPGRADE_STATUSES, row.status, 'upgrades.status'),
    wanted: row.wanted,
    dryRun: row.dry_run,
    schedule: toSchedule(row),
    ignoresBlackouts: row.ignores_blackouts,
    fromVersion: row.from_ver,
    toVersion: row.to_ver,
    router: {
      id: row.router_id,
      hostname: row.hostname,
      host: row.host,
      port: row.mgmt_port,
      hostKey: row.ssh_host_key,
      platform: row.platform === null ? null : oneOf(PLATFORMS, row.platform, 'models.platform'),
      model: row.model,
      vendor: row.vendor,
      site: row.site,
      runningVersion: row.current_ver,
    },
    image: {
      id: row.image_id,
      fileName: row.file_name,
      sizeBytes: Number(row.size_bytes),
      sha256: row.sha256,
      sha512: row.sha512,
      minimumVersion: row.minimum_ver,
    },
    imageRoute: toImageRoute(row),
    steps: stepsSchema.parse(row.steps),
  };
}
