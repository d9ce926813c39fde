import { isActivated, isSettled, type RunStep, type UpgradeRun } from '../../model/upgrade-run.ts';
import type { OrganizationScope } from '../../postgres/database.ts';
import type { StepName } from '../../model/upgrade.ts';
import { readUpgradeRun } from '../../postgres/upgrade-run.ts';
import { requestOfUpgrade } from '../../postgres/upgrade-request-id.ts';
import { begin } from './begin.ts';
import { DeviceLogin } from './device-login.ts';
import type { EngineEvent, EventUpgrade } from './engine-event.ts';
import type { EngineServices } from './engine-services.ts';
import type { Lease } from './lease.ts';
import { recordDryRunEnd } from './record-dry-run.ts';
import {
  type Recorder,
  recordEnd,
  recordHeld,
  recordStepDone,
  recordStepFailed,
  recordWanted,
  workerActor,
} from './record.ts';
import { TAKEN_BACK } from './step.ts';
import { runStep, undoStep } from './run-step.ts';

/**
 * Carries one upgrade out, from wherever it stands, until it is over or held. The rows are the only memory: what stands in them is read
 * again before every step, and a worker that goes on after another knows no more than they say.
 * Rejects with `LeaseLost`, `DatabaseUnavailable` or `TelemetryUnavailable`; nothing is lost then, and it is to be run again.
 */
export async function runUpgrade(services: EngineServices, lease: Lease): Promise<void> {
  const scope = services.database.organization(lease.organizationId);
  const recorder = { scope, lease, workerName: services.workerName };
  if (!(await begin(recorder, services.now()))) return;
  const first = await read(scope, lease);
  const upgrade = await eventUpgrade(services, scope, lease, first);
  services.onEvent?.({ ...upgrade, event: 'taken', again: first.steps.some(({ attempt }) => attempt > 0) });
  let step: StepName | null = null;
  const login = new DeviceLogin(services.openDevice(first), (command) => {
    lease.check();
    if (command !== null) services.onEvent?.({ ...upgrade, event: 'command', step, command });
  });
  try {
    for (let run = first; run.status === 'running'; run = await read(scope, lease)) {
      await lease.settled();
      if ((run.wanted === 'pause' || run.wanted === 'cancel') && !isActivated(run)) {
        await recordWanted(recorder, run, run.wanted, await undoBegun(services, lease, run, run.wanted, login));
        return;
      }
      const next = run.steps.find(({ status }) => status === 'pending' || status === 'running');
      if (next === undefined) {
        await recordEnd(recorder, run, services.now());
        return;
      }
      step = next.name;
      if (run.wanted === 'rollback' && isActivated(run) && !isSettled(run)) {
        await recordStepFailed(recorder, run, next, TAKEN_BACK, services.now());
        continue;
      }
      const result = await takeStep(services, recorder, run, next, login);
      if (result !== null) services.onEvent?.({ ...upgrade, event: 'step', step, result });
    }
  } finally {
    login.hangUp();
  }
}

/** Before an upgrade is left: what a step has begun that was cut off. */
async function undoBegun(
  services: EngineServices,
  lease: Lease,
  { steps }: UpgradeRun,
  wanted: 'pause' | 'cancel',
  login: DeviceLogin,
): Promise<string | null> {
  const begun = steps.find(({ status, attempt }) => (status === 'running' || status === 'pending') && attempt > 0);
  const step = services.steps.find(({ name }) => name === begun?.name);
  return step === undefined ? null : undoStep(services, lease, step, wanted === 'pause', login);
}

async function takeStep(
  services: EngineServices,
  recorder: Recorder,
  run: UpgradeRun,
  next: RunStep,
  login: DeviceLogin,
): Promise<StepOutcome | null> {
  const step = services.steps.find(({ name }) => name === next.name);
  if (step === undefined) throw new Error(`This worker does not know the step ${next.name}.`);
  if (run.dryRun && step.dryRun === undefined) {
    await recordDryRunEnd(recorder, run);
    return null;
  }
  const result = await runStep(services, recorder.lease, run, step, login);
  if (result.kind === 'done') {
    await recordStepDone(recorder, run, step, result.end);
    return result.end.skipped === true ? 'skipped' : 'success';
  }
  // Nobody has to look after a dry-run: what would hold the upgrade is what it was to find out.
  if (result.kind === 'held' && !run.dryRun) {
    await recordHeld(recorder, run, step, result.why);
    return 'held';
  }
  await recordStepFailed(recorder, await read(recorder.scope, recorder.lease), step, result.why, services.now());
  return 'failed';
}

type StepOutcome = Extract<EngineEvent, { event: 'step' }>['result'];

/** How logs name an upgrade; what requested it is looked up only where somebody listens. */
async function eventUpgrade(
  { workerName, onEvent }: EngineServices,
  scope: OrganizationScope,
  lease: Lease,
  { router }: UpgradeRun,
): Promise<EventUpgrade> {
  const { organizationId, upgradeId } = lease;
  const { correlationId } = workerActor(workerName, lease);
  const requestId = onEvent === undefined ? null : await requestOfUpgrade(scope, upgradeId);
  return { upgradeId, organizationId, router: router.hostname, correlationId, requestId };
}

async function read(scope: OrganizationScope, lease: Lease): Promise<UpgradeRun> {
  const run = await readUpgradeRun(scope, lease.upgradeId);
  if (run === null) throw new Error(`Upgrade ${lease.upgradeId} is not there.`);
  return run;
}
