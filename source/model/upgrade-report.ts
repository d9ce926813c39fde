import type { AuditEvent } from './audit.ts';
import type { Gate } from './gate.ts';
import type { Schedule } from './schedule.ts';
import { cleanLine } from './text.ts';
import { OPEN_STATUSES, type StepName, type StepStatus, type UpgradeDetail, type UpgradeStatus } from './upgrade.ts';
import type { Check, CheckPhase } from './upgrade-run.ts';

/** What a report is made of, as it was read. */
export interface ReportMaterial {
  readonly organization: string;
  readonly upgrade: UpgradeDetail;
  readonly checks: readonly (Check & { readonly phase: CheckPhase })[];
  /** What steps found out, as JSON, by their names. */
  readonly evidence: ReadonlyMap<StepName, unknown>;
  /** Configurations of the device that were kept, and when: never what is in them. */
  readonly configurations: readonly { readonly moment: string; readonly takenAt: Date }[];
  /** Oldest first. */
  readonly audit: readonly AuditEvent[];
}

/** One upgrade as a record for people who were not there. Times are instants, durations are seconds. */
export interface UpgradeReport {
  readonly upgrade: string;
  readonly organization: string;
  /** True: the device was not changed. */
  readonly dryRun: boolean;
  readonly madeAt: Date;
  /** False: it is not over, and the report is of what there is so far. */
  readonly over: boolean;
  readonly router: { readonly hostname: string; readonly site: string | null };
  readonly fromVersion: string;
  readonly toVersion: string;
  readonly status: UpgradeStatus;
  readonly outcome: string | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly seconds: number | null;
  readonly schedule: Schedule;
  readonly changeReference: string | null;
  readonly policy: string | null;
  readonly image: UpgradeDetail['image'];
  readonly people: readonly {
    readonly did: 'requested' | 'approved' | 'rejected' | 'cancelled';
    readonly name: string;
    readonly at: Date;
    readonly reason: string | null;
  }[];
  readonly gates: readonly Gate[];
  readonly steps: readonly {
    readonly position: number;
    readonly name: StepName;
    readonly status: StepStatus;
    readonly attempts: number;
    readonly startedAt: Date | null;
    readonly finishedAt: Date | null;
    readonly seconds: number | null;
    readonly detail: string | null;
    readonly evidence: unknown;
  }[];
  readonly checks: ReportMaterial['checks'];
  readonly configurations: ReportMaterial['configurations'];
  readonly audit: readonly ReportAudit[];
}

/** A row of the audit trail, as it stands in a report. */
export interface ReportAudit extends Pick<AuditEvent, 'id' | 'action' | 'actor' | 'role' | 'source' | 'reason'> {
  readonly at: Date;
}

/** Puts the report of an upgrade together. Texts are as they were read: what prints it cleans them. */
export function upgradeReport(material: ReportMaterial, madeAt: Date): UpgradeReport {
  const { upgrade, evidence, audit } = material;
  return {
    upgrade: upgrade.id,
    organization: material.organization,
    dryRun: upgrade.dryRun,
    madeAt,
    over: !OPEN_STATUSES.some((status) => status === upgrade.status),
    router: { hostname: upgrade.hostname, site: upgrade.site },
    fromVersion: upgrade.fromVersion,
    toVersion: upgrade.toVersion,
    status: upgrade.status,
    outcome: upgrade.outcome,
    startedAt: upgrade.startedAt,
    finishedAt: upgrade.finishedAt,
    seconds: secondsOf(upgrade.startedAt, upgrade.finishedAt),
    schedule: upgrade.schedule,
    changeReference: upgrade.changeReference,
    policy: upgrade.policyId,
    image: upgrade.image,
    people: peopleOf(upgrade),
    gates: upgrade.gates,
    steps: upgrade.steps.map(({ position, name, status, attempt, startedAt, finishedAt, detail }) => ({
      position,
      name,
      status,
      attempts: attempt,
      startedAt,
      finishedAt,
      seconds: secondsOf(startedAt, finishedAt),
      detail,
      evidence: evidence.get(name) ?? null,
    })),
    checks: material.checks,
    configurations: material.configurations,
    audit: auditRows(audit),
  };
}

export function auditRows(events: readonly AuditEvent[]): readonly ReportAudit[] {
  return events.map(({ id, timestamp, action, actor, role, source, reason }) => {
    return { id, at: timestamp, action, actor, role, source, reason };
  });
}

/** The report as JSON; times are ISO 8601 in UTC. */
export function reportJson(report: UpgradeReport): string {
  return cleanJson(report);
}

/** JSON on several lines, whose strings are clean. */
export function cleanJson(value: unknown): string {
  const clean = (_key: string, part: unknown): unknown => (typeof part === 'string' ? cleanLine(part) : part);
  return JSON.stringify(value, clean, 2);
}

function peopleOf(upgrade: UpgradeDetail): UpgradeReport['people'] {
  const { requestedBy, requestedAt, approvedBy, approvedAt, closedBy, closedAt, closeReason, status } = upgrade;
  const closed = status === 'rejected' ? 'rejected' : 'cancelled';
  return [
    { did: 'requested', name: requestedBy, at: requestedAt, reason: null },
    ...(approvedBy === null || approvedAt === null
      ? []
      : [{ did: 'approved', name: approvedBy, at: approvedAt, reason: null } as const]),
    ...(closedBy === null || closedAt === null
      ? []
      : [{ did: closed, name: closedBy, at: closedAt, reason: closeReason } as const]),
  ];
}

function secondsOf(start: Date | null, end: Date | null): number | null {
  return start === null || end === null ? null : (end.getTime() - start.getTime()) / 1000;
}
