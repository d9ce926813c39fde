import { z } from 'zod';
import type { FirmwareImage } from '../../model/image.ts';
import type { Policy } from '../../model/policy.ts';
import { PLATFORMS } from '../../model/platform.ts';
import { type Router, ROUTER_STATUSES } from '../../model/router.ts';
import { UPGRADE_STATUSES } from '../../model/upgrade.ts';

export const routerFields = z.object({
  router_id: z.string(),
  hostname: z.string(),
  site: z.string().nullable(),
  time_zone: z.string().describe('IANA name of the zone of its site.'),
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  model_id: z.string().nullable(),
  platform: z.enum(PLATFORMS).nullable(),
  current_ver: z.string(),
  target_ver: z.string().nullable().describe('What it should run; null if no target is set.'),
  status: z.enum(ROUTER_STATUSES),
  mgmt_ip: z.string(),
  mgmt_port: z.number().int(),
  serial: z.string().nullable(),
  last_seen_at: z.string().nullable().describe('ISO 8601; null if it was never heard.'),
  policy_id: z.string().nullable().describe('The policy that applies; null if none does.'),
  open_upgrade: z
    .object({ upgrade_id: z.string(), status: z.enum(UPGRADE_STATUSES) })
    .nullable()
    .describe('Its upgrade that is not over.'),
});

export function toRouterFields(router: Router): z.infer<typeof routerFields> {
  const { openUpgrade, lastSeenAt } = router;
  return {
    router_id: router.id,
    hostname: router.hostname,
    site: router.site,
    time_zone: router.timeZone,
    vendor: router.vendor,
    model: router.model,
    model_id: router.modelId,
    platform: router.platform,
    current_ver: router.runningVersion,
    target_ver: router.targetVersion,
    status: router.status,
    mgmt_ip: router.managementAddress,
    mgmt_port: router.managementPort,
    serial: router.serial,
    last_seen_at: lastSeenAt === null ? null : new Date(lastSeenAt).toISOString(),
    policy_id: router.policyId,
    open_upgrade: openUpgrade === null ? null : { upgrade_id: openUpgrade.id, status: openUpgrade.status },
  };
}

export const policyFields = z.object({
  policy_id: z.string(),
  name: z.string(),
  shared: z.boolean().describe('True for a rule of all organizations.'),
  vendor: z.string().nullable().describe('null: any'),
  model: z.string().nullable().describe('null: any'),
  site: z.string().nullable().describe('null: any'),
  priority: z.number().int(),
  specificity: z.number().int(),
  max_cpu_percent: z.number().describe('The mean CPU over two hours may be this at most.'),
  min_free_mem_percent: z.number().describe('The least free memory in two hours must be this at least.'),
  max_critical_errors: z.number().int().describe('Critical errors in two hours may be this many at most.'),
  max_data_age_seconds: z.number().int().describe('The newest reading may be this old at most.'),
  window: z
    .object({
      weekday: z.number().int().describe('1 is Monday, 7 is Sunday.'),
      start: z.string(),
      minutes: z.number().int(),
      time_zone: z.string(),
    })
    .nullable()
    .describe('Weekly maintenance window.'),
  is_active: z.boolean(),
  auto_approve: z
    .boolean()
    .describe('Upgrades may be approved without a person, where the organization lets the agent do so.'),
  version: z.number().int(),
});

export type PolicyFields = z.infer<typeof policyFields>;

export function toPolicyFields(policy: Policy): PolicyFields {
  const { window } = policy;
  return {
    policy_id: policy.id,
    name: policy.name,
    shared: policy.shared,
    vendor: policy.vendor,
    model: policy.model,
    site: policy.site,
    priority: policy.priority,
    specificity: policy.specificity,
    max_cpu_percent: policy.maxCpuPercent,
    min_free_mem_percent: policy.minFreeMemPercent,
    max_critical_errors: policy.maxCriticalErrors,
    max_data_age_seconds: policy.maxDataAgeSeconds,
    window:
      window === null
        ? null
        : { weekday: window.weekday, start: window.start, minutes: window.minutes, time_zone: window.timeZone },
    is_active: policy.isActive,
    auto_approve: policy.autoApprove,
    version: policy.version,
  };
}

export const imageFields = z.object({
  image_id: z.string(),
  vendor: z.string(),
  version: z.string(),
  file_name: z.string(),
  size_bytes: z.number(),
  sha256: z.string(),
  is_golden: z.boolean(),
  golden_sites: z.array(z.string()),
  minimum_ver: z.string().nullable().describe('The oldest version that it can be installed from.'),
  model_ids: z.array(z.string()),
});

export function toImageFields(image: FirmwareImage): z.infer<typeof imageFields> {
  return {
    image_id: image.id,
    vendor: image.vendor,
    version: image.version,
    file_name: image.fileName,
    size_bytes: image.sizeBytes,
    sha256: image.sha256,
    is_golden: image.isGolden,
    golden_sites: [...image.goldenSites],
    minimum_ver: image.minimumVersion,
    model_ids: [...image.modelIds],
  };
}
