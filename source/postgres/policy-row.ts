import type { Policy } from '../model/policy.ts';

export interface PolicyRow {
  readonly id: string;
  readonly name: string;
  readonly shared: boolean;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly site: string | null;
  readonly priority: number;
  readonly specificity: number;
  readonly max_cpu_percent: number;
  readonly min_free_mem_percent: number;
  readonly max_critical_errors: number;
  readonly max_data_age_seconds: number;
  readonly window_weekday: number | null;
  readonly window_start: string | null;
  readonly window_minutes: number | null;
  readonly window_time_zone: string | null;
  readonly is_active: boolean;
  readonly auto_approve: boolean;
  readonly version: number;
}

/** The order in which a router's policy is searched: the same as in the view `router_policy`. */
export const RANK = 'p.priority DESC, p.specificity DESC, p.created_at DESC, p.id';

export const POLICY_COLUMNS = `p.id::text, p.name, p.organization_id IS NULL AS shared, v.name AS vendor, m.name AS model, s.name AS site,
  p.priority, p.specificity, p.max_cpu_percent::float8, p.min_free_mem_percent::float8, p.max_critical_errors,
  p.max_data_age_seconds, p.window_weekday, to_char(p.window_start, 'HH24:MI') AS window_start, p.window_minutes,
  p.window_time_zone, p.is_active, p.auto_approve, p.version`;

export const POLICY_TABLES = `upgrade_policies AS p
  LEFT JOIN vendors AS v ON v.id = p.vendor_id
  LEFT JOIN models AS m ON m.id = p.model_id
  LEFT JOIN sites AS s ON s.organization_id = p.organization_id AND s.id = p.site_id`;

export function toPolicy(row: PolicyRow): Policy {
  const { window_weekday: weekday, window_start: start, window_minutes: minutes, window_time_zone: timeZone } = row;
  return {
    id: row.id,
    name: row.name,
    shared: row.shared,
    vendor: row.vendor,
    model: row.model,
    site: row.site,
    priority: row.priority,
    specificity: row.specificity,
    maxCpuPercent: row.max_cpu_percent,
    minFreeMemPercent: row.min_free_mem_percent,
    maxCriticalErrors: row.max_critical_errors,
    maxDataAgeSeconds: row.max_data_age_seconds,
    window:
      weekday === null || start === null || minutes === null || timeZone === null
        ? null
        : { weekday, start, minutes, timeZone },
    isActive: row.is_active,
    autoApprove: row.auto_approve,
    version: row.version,
  };
}
