import type { AuditEvent } from './audit.ts';
import type { UpgradeStatus } from './upgrade.ts';
import type { UpgradePlan } from './upgrade-plan.ts';
import { auditRows, cleanJson, type ReportAudit, type UpgradeReport } from './upgrade-report.ts';

/** All upgrades of one request as a record for people who were not there. */
export interface PlanReport {
  readonly organization: string;
  readonly madeAt: Date;
  /** False: some of it is not over, and the report is of what there is so far. */
  readonly over: boolean;
  /** The waves, and by what rule they open; null: it was requested without waves. */
  readonly plan: UpgradePlan | null;
  /** How many upgrades have each status; those that none has are left out. */
  readonly statuses: Readonly<Partial<Record<UpgradeStatus, number>>>;
  /** What was decided about the plan itself, oldest first. */
  readonly audit: readonly ReportAudit[];
  /** In the order of their waves. */
  readonly upgrades: readonly (UpgradeReport & { readonly wave: number })[];
}

/** What a report of a plan is made of; audit events oldest first. */
interface PlanMaterial {
  readonly organization: string;
  readonly plan: UpgradePlan | null;
  readonly audit: readonly AuditEvent[];
  readonly upgrades: PlanReport['upgrades'];
}

export function planReport({ organization, plan, audit, upgrades }: PlanMaterial, madeAt: Date): PlanReport {
  const statuses: Partial<Record<UpgradeStatus, number>> = {};
  for (const { status } of upgrades) statuses[status] = (statuses[status] ?? 0) + 1;
  return {
    organization,
    madeAt,
    over: upgrades.every(({ over }) => over),
    plan,
    statuses,
    audit: auditRows(audit),
    upgrades: upgrades.toSorted((a, b) => a.wave - b.wave),
  };
}

/** The report as JSON; times are ISO 8601 in UTC. */
export function planReportJson(report: PlanReport): string {
  return cleanJson(report);
}
