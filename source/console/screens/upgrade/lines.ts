import type { AuditEvent } from '../../../model/audit.ts';
import type { UpgradeDetail } from '../../../model/upgrade.ts';
import type { UpgradePlan } from '../../../model/upgrade-plan.ts';
import type { RecordedCheck } from '../../../postgres/upgrade-checks.ts';
import { formatBytes } from '../../format/numbers.ts';
import { formatSchedule, formatStart } from '../../format/schedule.ts';
import { type ClockMode, formatTime } from '../../format/times.ts';
import { statusParts } from '../../format/upgrade-status.ts';
import { fit } from '../../text/width.ts';
import { checkLines } from './check-lines.ts';
import { gateLines } from './gate-lines.ts';
import { planLines } from './plan-lines.ts';
import { field, heading, type LineParts, reasonOf } from './parts.ts';
import { type Standing, standingLines } from './standing-lines.ts';
import { stepLines } from './step-lines.ts';

/** What there is to show of an upgrade. */
export interface UpgradeFacts {
  readonly upgrade: UpgradeDetail;
  readonly checks: readonly RecordedCheck[];
  readonly audit: readonly AuditEvent[];
}

/** One upgrade, from what it is about down to who did what. Before it begins, what matters is why it may; afterwards, how far it is. */
export function upgradeLines(
  { upgrade, checks, audit }: UpgradeFacts,
  options: Standing & { readonly zone: ClockMode; readonly plan: UpgradePlan | null },
): readonly LineParts[] {
  const time = (at: Date): string => formatTime(at, options.zone, upgrade.timeZone);
  const steps = stepLines(upgrade, options);
  const gates = [heading('GATES', 'as they were when it was requested'), ...gateLines(upgrade.gates)];
  const facts = factLines(upgrade, time, options);
  const begun = upgrade.steps.some(({ status, attempt }) => attempt > 0 || status !== 'pending');
  const body = begun
    ? [...steps, ...checkLines(checks, options.width), [], ...facts, [], ...gates]
    : [...facts, [], ...gates, [], ...steps];
  return [
    [
      { tone: 'title', text: upgrade.hostname },
      `  ${upgrade.fromVersion}`,
      { tone: 'muted', text: ' → ' },
      `${upgrade.toVersion}   `,
      ...statusParts(upgrade.status, upgrade.wanted, upgrade.dryRun),
    ],
    ...standingLines(upgrade, options),
    ...planLines(upgrade.plan, options.plan, options),
    [],
    ...body,
    [],
    heading('AUDIT', ''),
    ...audit.map((event) => auditLine(event, time)),
  ];
}

function factLines(
  upgrade: UpgradeDetail,
  time: (at: Date) => string,
  { zone, now }: { readonly zone: ClockMode; readonly now: number },
): readonly LineParts[] {
  const start = upgrade.startedAt === null ? formatStart(upgrade.schedule, now) : '';
  return [
    field(
      upgrade.dryRun ? 'for real' : 'start',
      formatSchedule(upgrade.schedule, zone, upgrade.timeZone),
      start === '' ? '' : `  (${start})`,
    ),
    field('image', upgrade.image.fileName, `  ${formatBytes(upgrade.image.sizeBytes)}`),
    field('sha256', upgrade.image.sha256),
    field('requested', `${upgrade.requestedBy}, ${time(upgrade.requestedAt)}`),
    ...(upgrade.approvedBy === null || upgrade.approvedAt === null
      ? []
      : [field('approved', `${upgrade.approvedBy}, ${time(upgrade.approvedAt)}`)]),
    ...(upgrade.startedAt === null ? [] : [field('begun', time(upgrade.startedAt))]),
    ...(upgrade.finishedAt === null ? [] : [field('over', time(upgrade.finishedAt))]),
    ...(upgrade.closedBy === null || upgrade.closedAt === null
      ? []
      : [field(upgrade.status, `${upgrade.closedBy}, ${time(upgrade.closedAt)}`, reasonOf(upgrade.closeReason))]),
    ...(upgrade.changeReference === null ? [] : [field('change', upgrade.changeReference)]),
  ];
}

function auditLine(event: AuditEvent, time: (at: Date) => string): LineParts {
  return [
    ` ${time(event.timestamp)}  `,
    { tone: 'accent', text: fit(event.action, 18) },
    ` ${event.actor} (${event.role})`,
    { tone: 'muted', text: ` by ${event.source}${reasonOf(event.reason)}` },
  ];
}
