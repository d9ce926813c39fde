import { cleanText } from '../../model/text.ts';
import type { UpgradeRun } from '../../model/upgrade-run.ts';
import { configurationToCompare, keepConfiguration } from '../../postgres/config-backups.ts';
import type { OrganizationScope } from '../../postgres/database.ts';
import { wantsRollback, writeChecks, writeIntent } from '../../postgres/upgrade-run-writes.ts';
import type { DeviceLogin } from './device-login.ts';
import type { EngineServices } from './engine-services.ts';
import type { Lease } from './lease.ts';
import { pause } from './pause.ts';
import { workerActor } from './record.ts';
import { type Step, type StepContext, StepFailed, TAKEN_BACK } from './step.ts';
import { StepOutput } from './step-output.ts';

/** What one attempt at a step is made with. */
export interface Attempt {
  readonly services: EngineServices;
  readonly lease: Lease;
  readonly run: UpgradeRun;
  readonly step: Step;
  readonly login: DeviceLogin;
  /** From 1. */
  readonly number: number;
}

/** What a step works with. `output`: where what the device prints is kept; null if it is not. */
export function stepContext(
  { services, lease, run, step, login, number }: Attempt,
  signal: AbortSignal,
  output: StepOutput | null,
): StepContext {
  const scope = scopeOf(services, lease);
  return {
    upgrade: run,
    scope,
    telemetry: services.telemetry,
    pace: services.pace,
    attempt: number,
    leaseEpoch: lease.epoch,
    signal,
    now: services.now,
    async device() {
      await lease.settled();
      return login.get(lease.signal);
    },
    hangUp: () => login.hangUp(),
    declare: (intent) => writeIntent(scope.sql, lease, step.name, intent),
    check: (phase, checks) => writeChecks(scope.sql, lease, phase, checks),
    keepConfiguration: (moment, text) => keepConfiguration(scope, lease, services.keys, moment, text),
    keptConfiguration(moment) {
      const actor = workerActor(services.workerName, lease);
      const of = { upgradeId: run.id, routerId: run.router.id, actor };
      return configurationToCompare(scope, services.keys, moment, of);
    },
    imageSource: () => services.imageSource(run),
    async heedRollback() {
      if (await wantsRollback(scope.sql, run.id)) throw new StepFailed(TAKEN_BACK);
    },
    tell(text) {
      const line = cleanText(text);
      output?.add(line);
      services.onLine?.(run, step.name, line);
    },
    step(name) {
      const found = run.steps.find((one) => one.name === name);
      if (found === undefined) throw new Error(`Upgrade ${run.id} has no step ${name}.`);
      return found;
    },
    pause: (milliseconds) => pause(milliseconds, signal),
  };
}

/** Keeps what the device prints. A step never fails for want of it: without the lease or the database it does not get far anyway. */
export function stepOutput({ services, lease, run, step, number }: Attempt): StepOutput {
  const { outputs, onTrouble } = services;
  return new StepOutput(async (text, last) => {
    try {
      const printed = { claim: lease, step: step.name, attempt: number, text };
      await outputs.keep(lease.organizationId, printed, last ? 'first' : 'in turn');
    } catch (error) {
      onTrouble?.(error, run.id);
    }
  });
}

/** The organization of the upgrade, in the database. */
export function scopeOf({ database }: EngineServices, { organizationId }: Lease): OrganizationScope {
  return database.organization(organizationId);
}
