import type postgres from 'postgres';
import { isActivated, type RunStep, type UpgradeRun } from '../../model/upgrade-run.ts';
import { appendAudit, type AuditEntry, type ProgramActor } from '../../postgres/audit.ts';
import type { OrganizationScope } from '../../postgres/database.ts';
import {
  addRollback,
  endStep,
  endUpgrade,
  finishStep,
  leasedTransaction,
  returnStep,
  skipPendingSteps,
} from '../../postgres/upgrade-run-writes.ts';
import type { UpgradeToBegin } from '../../postgres/upgrade-to-begin.ts';
import { settlePlanOf } from '../plans/settle.ts';
import type { Lease } from './lease.ts';
import { attentionSchema, type Step, type StepEnd } from './step.ts';

/** Where the doings of a worker are written, and in whose name. */
export interface Recorder {
  readonly scope: OrganizationScope;
  readonly lease: Lease;
  readonly workerName: string;
}

/** Why an upgrade is not begun, as a sentence, and what becomes of it. */
export interface NotBegun {
  readonly status: 'paused' | 'cancelled';
  readonly why: string;
}

/** A worker has the upgrade now: the first one, or one that goes on after another. */
export async function recordTaken(sql: postgres.TransactionSql, recorder: Recorder, routerId: string): Promise<void> {
  const after = { status: 'running', lease: recorder.lease.epoch };
  await audit(sql, recorder, { action: 'upgrade.take', routerId, after });
}

/** An upgrade is not begun, and held or called off instead. */
export async function recordNotBegun(
  sql: postgres.TransactionSql,
  recorder: Recorder,
  { id, routerId, status: before }: Pick<UpgradeToBegin, 'id' | 'routerId' | 'status'>,
  { status, why }: NotBegun,
): Promise<void> {
  if (status === 'cancelled') await skipPendingSteps(sql, id);
  await endUpgrade(sql, id, status, why);
  const action = status === 'paused' ? 'upgrade.hold' : 'upgrade.cancelled';
  await appendAudit(sql, [
    { ...entry(recorder, { action, routerId, after: { status }, reason: why }), before: { status: before } },
  ]);
}

/** Carries out what somebody asked for before the device was told to go down. `left`: a sentence on what could not be taken back. */
export async function recordWanted(
  recorder: Recorder,
  run: UpgradeRun,
  wanted: 'pause' | 'cancel',
  left: string | null,
): Promise<void> {
  const done = wanted === 'cancel' ? cancelledOutcome(run) : 'Paused.';
  const outcome = left === null ? done : `${done} ${left}`;
  await write(recorder, async (sql) => {
    if (wanted === 'cancel') await skipPendingSteps(sql, run.id);
    const status = wanted === 'cancel' ? 'cancelled' : 'paused';
    await endUpgrade(sql, run.id, status, outcome);
    await audit(sql, recorder, {
      action: `upgrade.${status}`,
      routerId: run.router.id,
      after: { status },
      reason: outcome,
    });
  });
}

/** A step must not go on: the upgrade waits, with the step still to be done, until somebody resumes or cancels it. */
export async function recordHeld(recorder: Recorder, run: UpgradeRun, step: Step, why: string): Promise<void> {
  await write(recorder, async (sql) => {
    await returnStep(sql, run.id, step.name, why);
    await endUpgrade(sql, run.id, 'paused', why);
    const after = { status: 'paused', step: step.name };
    await audit(sql, recorder, { action: 'upgrade.hold', routerId: run.router.id, after, reason: why });
  });
}

/** A step is done. */
export async function recordStepDone(recorder: Recorder, run: UpgradeRun, step: Step, end: StepEnd): Promise<void> {
  const status = end.skipped === true ? 'skipped' : 'success';
  const { detail, evidence, runningVersion } = end;
  const routerId = run.router.id;
  const running = runningVersion === undefined ? null : { routerId, version: runningVersion };
  const after = { step: step.name, status, detail };
  const audited = entry(recorder, { action: 'upgrade.step', routerId, after });
  const ending = { status, detail, evidence } as const;
  await finishStep(recorder.scope.sql, recorder.lease, step.name, ending, { running, audit: audited });
}

/**
 * A step failed for good. Before the activation the upgrade is over, with the device as it was. After it the device is taken back; and where
 * that is what failed, it is for people.
 */
export async function recordStepFailed(
  recorder: Recorder,
  run: UpgradeRun,
  step: Pick<Step, 'name'>,
  why: string,
  now: Date,
): Promise<void> {
  const takeBack = isActivated(run) && step.name !== 'rollback';
  await recorder.scope.transaction(async (sql) => {
    await endStep(sql, recorder.lease, step.name, { status: 'failed', detail: why });
    await skipPendingSteps(sql, run.id);
    const after = { step: step.name, status: 'failed', detail: why, next: takeBack ? 'rollback' : 'none' };
    const events = [entry(recorder, { action: 'upgrade.step', routerId: run.router.id, after })];
    if (takeBack) await addRollback(sql, run.id);
    else {
      await endUpgrade(sql, run.id, 'failed', failedOutcome(run, step, why));
      const reason = failedOutcome(run, step, why);
      events.push(
        entry(recorder, { action: 'upgrade.failed', routerId: run.router.id, after: { status: 'failed' }, reason }),
        ...(await settlePlanOf(sql, run.id, actorOf(recorder), now)),
      );
    }
    await appendAudit(sql, events);
  });
}

/** Nothing is left to do. */
export async function recordEnd(recorder: Recorder, run: UpgradeRun, now: Date): Promise<void> {
  const rollback = run.steps.find(({ name }) => name === 'rollback');
  const status = rollback === undefined ? 'success' : 'rolled_back';
  await write(recorder, async (sql) => {
    const outcome = rollback === undefined ? null : rolledBackOutcome(run, rollback);
    await endUpgrade(sql, run.id, status, outcome);
    const plan = await settlePlanOf(sql, run.id, actorOf(recorder), now);
    const event = { action: `upgrade.${status}`, routerId: run.router.id, after: { status }, reason: outcome };
    const ended = entry(recorder, event);
    await appendAudit(sql, [ended, ...plan]);
  });
}

function cancelledOutcome({ dryRun, steps, image, fromVersion }: UpgradeRun): string {
  if (dryRun) return 'Dry-run: cancelled. The device was not changed.';
  const copied = steps.some(({ name, attempt }) => name === 'stage_image' && attempt > 0);
  if (!copied) return 'Cancelled before the device was touched.';
  return `Cancelled: the device runs ${fromVersion} as before. The image ${image.fileName}, or a part of it, may still be on it.`;
}

function rolledBackOutcome({ steps, fromVersion, wanted }: UpgradeRun, { evidence }: RunStep): string {
  const failed = steps.find(({ status }) => status === 'failed')?.name ?? 'a step';
  const attention = attentionSchema.safeParse(evidence).data?.attention;
  return [
    `Rolled back to ${fromVersion}, because ${wanted === 'rollback' ? 'somebody asked for it' : `${failed} failed`}.`,
    ...(attention === undefined ? [] : [attention]),
  ].join(' ');
}

function failedOutcome(run: UpgradeRun, step: Pick<Step, 'name'>, why: string): string {
  if (run.dryRun) return `Dry-run: ${step.name}: ${why} The device was not changed.`;
  if (step.name !== 'rollback') return `${step.name}: ${why} The device still runs ${run.fromVersion}.`;
  return `ATTENTION: ${run.router.hostname} could not be taken back to ${run.fromVersion}: ${why} It needs somebody at the device.`;
}

function write(recorder: Recorder, work: (sql: postgres.TransactionSql) => Promise<void>): Promise<void> {
  return leasedTransaction(recorder.scope, recorder.lease, work);
}

type Event = Pick<AuditEntry, 'action' | 'after'> & Partial<Pick<AuditEntry, 'routerId' | 'reason'>>;

function actorOf({ lease, workerName }: Recorder): ProgramActor {
  return workerActor(workerName, lease);
}

/** A worker in the audit trail, with the upgrade that it has. */
export function workerActor(program: string, { upgradeId, epoch }: Lease): ProgramActor {
  return { program, source: 'worker', correlationId: `upgrade-${upgradeId}-${epoch}` };
}

/** What the trail keeps of something that a worker did. */
export function entry(recorder: Recorder, event: Event): AuditEntry {
  const { upgradeId } = recorder.lease;
  return { actor: actorOf(recorder), targetType: 'upgrade', targetId: upgradeId, upgradeId, ...event };
}

function audit(sql: postgres.TransactionSql, recorder: Recorder, event: Event): Promise<void> {
  return appendAudit(sql, [entry(recorder, event)]);
}
