import { z } from 'zod';
import { GATE_IDS } from '../../model/gate.ts';
import type { Gate } from '../../model/gate.ts';
import type { Schedule } from '../../model/schedule.ts';
import { UPGRADE_STATUSES, UPGRADE_STEPS, type UpgradeDetail } from '../../model/upgrade.ts';
import { CHECK_STATUSES } from '../../model/upgrade-run.ts';
import type { RecordedCheck } from '../../postgres/upgrade-checks.ts';
import { untrusted, untrustedText } from '../untrusted.ts';

export const gateFields = z.object({
  id: z.enum(GATE_IDS),
  title: z.string(),
  expected: z.string(),
  actual: z.string(),
  result: z.enum(['pass', 'fail', 'unknown']).describe('unknown: a figure is missing. It never counts as passed.'),
  advice: z.string(),
});

export const upgradeFields = z.object({
  upgrade_id: z.string(),
  router_id: z.string(),
  hostname: z.string(),
  site: z.string().nullable(),
  from_ver: z.string(),
  to_ver: z.string(),
  status: z.enum(UPGRADE_STATUSES),
  schedule: z.object({
    kind: z.enum(['now', 'at', 'window']),
    opens_at: z.string().nullable(),
    closes_at: z.string().nullable(),
  }),
  verdict: z.enum(['approve', 'defer', 'reject']).describe('Of the gates, when it was requested.'),
  gates: z.array(gateFields),
  requested_by: z.string(),
  requested_at: z.string(),
  approved_by: z.string().nullable(),
  approved_at: z.string().nullable(),
  closed_by: z.string().nullable(),
  closed_at: z.string().nullable(),
  close_reason: untrustedText.nullable(),
  change_reference: untrustedText.nullable(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  outcome: untrustedText.nullable(),
  batch_id: z.string(),
  policy_id: z.string().nullable(),
  image: z.object({ file_name: z.string(), size_bytes: z.number(), sha256: z.string() }),
  steps: z.array(
    z.object({
      position: z.number().int(),
      name: z.enum([...UPGRADE_STEPS, 'rollback']),
      status: z.enum(['pending', 'running', 'success', 'failed', 'skipped', 'rolled_back']),
      attempt: z.number().int(),
      started_at: z.string().nullable(),
      finished_at: z.string().nullable(),
      detail: untrustedText.nullable(),
    }),
  ),
  checks: z.array(
    z.object({
      phase: z.enum(['pre', 'gate', 'post']),
      name: z.string(),
      expected: untrustedText,
      actual: untrustedText,
      status: z.enum(CHECK_STATUSES),
      action: untrustedText,
    }),
  ),
});

export function toUpgradeFields(
  upgrade: UpgradeDetail,
  checks: readonly RecordedCheck[],
): z.infer<typeof upgradeFields> {
  return {
    upgrade_id: upgrade.id,
    router_id: upgrade.routerId,
    hostname: upgrade.hostname,
    site: upgrade.site,
    from_ver: upgrade.fromVersion,
    to_ver: upgrade.toVersion,
    status: upgrade.status,
    schedule: toScheduleFields(upgrade.schedule),
    verdict: upgrade.verdict,
    gates: upgrade.gates.map(toGateFields),
    requested_by: upgrade.requestedBy,
    requested_at: upgrade.requestedAt.toISOString(),
    approved_by: upgrade.approvedBy,
    approved_at: iso(upgrade.approvedAt),
    closed_by: upgrade.closedBy,
    closed_at: iso(upgrade.closedAt),
    close_reason: untrusted(upgrade.closeReason),
    change_reference: untrusted(upgrade.changeReference),
    started_at: iso(upgrade.startedAt),
    finished_at: iso(upgrade.finishedAt),
    outcome: untrusted(upgrade.outcome),
    batch_id: upgrade.batchId,
    policy_id: upgrade.policyId,
    image: {
      file_name: upgrade.image.fileName,
      size_bytes: upgrade.image.sizeBytes,
      sha256: upgrade.image.sha256,
    },
    steps: upgrade.steps.map(({ position, name, status, attempt, startedAt, finishedAt, detail }) => ({
      position,
      name,
      status,
      attempt,
      started_at: iso(startedAt),
      finished_at: iso(finishedAt),
      detail: untrusted(detail),
    })),
    checks: checks.map(({ phase, name, expected, actual, status, action }) => ({
      phase,
      name,
      expected: untrusted(expected),
      actual: untrusted(actual),
      status,
      action: untrusted(action),
    })),
  };
}

export function toGateFields({ id, title, expected, actual, result, advice }: Gate): z.infer<typeof gateFields> {
  return { id, title, expected, actual, result, advice };
}

function toScheduleFields(schedule: Schedule): z.infer<typeof upgradeFields>['schedule'] {
  if (schedule.kind === 'now') return { kind: 'now', opens_at: null, closes_at: null };
  if (schedule.kind === 'at') return { kind: 'at', opens_at: schedule.at.toISOString(), closes_at: null };
  return { kind: 'window', opens_at: schedule.opensAt.toISOString(), closes_at: schedule.closesAt.toISOString() };
}

function iso(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}
