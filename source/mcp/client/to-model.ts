import type { z } from 'zod';
import type { Blackout } from '../../model/blackout.ts';
import type { PastFailure } from '../../model/gate-failures.ts';
import type { HealthSummary } from '../../model/health.ts';
import type { FirmwareImage } from '../../model/image.ts';
import type { Policy } from '../../model/policy.ts';
import type { Router } from '../../model/router.ts';
import type { healthFields } from '../influx/health-fields.ts';
import type { RouterAnswer } from '../postgres/router-answer.ts';
import type { imageFields, PolicyFields, routerFields } from '../postgres/router-fields.ts';

// What the fields of answers mean: the way back of `toRouterFields` and its like.

export function toRouter(fields: z.infer<typeof routerFields>): Router {
  const { last_seen_at, open_upgrade } = fields;
  return {
    id: fields.router_id,
    hostname: fields.hostname,
    site: fields.site,
    timeZone: fields.time_zone,
    vendor: fields.vendor,
    model: fields.model,
    modelId: fields.model_id,
    platform: fields.platform,
    runningVersion: fields.current_ver,
    targetVersion: fields.target_ver,
    status: fields.status,
    managementAddress: fields.mgmt_ip,
    managementPort: fields.mgmt_port,
    serial: fields.serial,
    lastSeenAt: last_seen_at === null ? null : Date.parse(last_seen_at),
    policyId: fields.policy_id,
    openUpgrade: open_upgrade === null ? null : { id: open_upgrade.upgrade_id, status: open_upgrade.status },
  };
}

export function toPolicy(fields: PolicyFields): Policy {
  const { window } = fields;
  return {
    id: fields.policy_id,
    name: fields.name,
    shared: fields.shared,
    vendor: fields.vendor,
    model: fields.model,
    site: fields.site,
    priority: fields.priority,
    specificity: fields.specificity,
    maxCpuPercent: fields.max_cpu_percent,
    minFreeMemPercent: fields.min_free_mem_percent,
    maxCriticalErrors: fields.max_critical_errors,
    maxDataAgeSeconds: fields.max_data_age_seconds,
    window:
      window === null
        ? null
        : { weekday: window.weekday, start: window.start, minutes: window.minutes, timeZone: window.time_zone },
    isActive: fields.is_active,
    autoApprove: fields.auto_approve,
    version: fields.version,
  };
}

export function toImage(fields: z.infer<typeof imageFields>): FirmwareImage {
  return {
    id: fields.image_id,
    vendor: fields.vendor,
    version: fields.version,
    fileName: fields.file_name,
    sizeBytes: fields.size_bytes,
    sha256: fields.sha256,
    isGolden: fields.is_golden,
    goldenSites: fields.golden_sites,
    minimumVersion: fields.minimum_ver,
    modelIds: fields.model_ids,
  };
}

export function toBlackout(fields: RouterAnswer['blackouts'][number]): Blackout {
  const { blackout_id, site, from, to, reason, created_by } = fields;
  return {
    id: blackout_id,
    site,
    from: new Date(from),
    to: new Date(to),
    reason: reason.untrusted_text,
    createdBy: created_by,
  };
}

export function toFailure({ upgrade_id, status, at }: RouterAnswer['recent_failures'][number]): PastFailure {
  return { upgradeId: upgrade_id, status, at: Date.parse(at) };
}

export function toHealth(fields: z.infer<typeof healthFields>): HealthSummary {
  return {
    cpuMean: fields.cpu_mean,
    cpuMax: fields.cpu_max,
    cpuLatest: fields.cpu_latest,
    memoryMinFree: fields.memory_min_free,
    memoryLatestFree: fields.memory_latest_free,
    criticalErrors: fields.critical_errors,
    samples: fields.samples,
    newestAt: fields.newest_at === null ? null : Date.parse(fields.newest_at),
  };
}
