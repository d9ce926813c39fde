import { DeviceError } from '../../devices/device-error.ts';
import { UserError } from '../../config/user-error.ts';
import { cleanLine, cleanText } from '../../model/text.ts';
import { isActivated, type UpgradeRun } from '../../model/upgrade-run.ts';
import { configurationToCompare, keepConfiguration } from '../../postgres/config-backups.ts';
import { keepOutput } from '../../postgres/upgrade-output.ts';
import { readUpgradeRun } from '../../postgres/upgrade-run.ts';
import { beginStep, leasedTransaction, writeChecks, writeIntent } from '../../postgres/upgrade-run-writes.ts';
import type { DeviceLogin } from './device-login.ts';
import type { EngineServices } from './engine-services.ts';
import { dryRunOf } from './dry-run.ts';
import type { Lease } from './lease.ts';
import { pause } from './pause.ts';
import { workerActor } from './record.ts';
import { type Step, type StepContext, type StepEnd, StepFailed, StepHeld } from './step.ts';
import { StepOutput } from './step-output.ts';

/** How a step ended. `held` and `failed` come with one sentence for people. */
export type StepResult = { readonly kind: 'done'; readonly end: StepEnd } | StepStopped;

interface StepStopped {
  readonly kind: 'failed' | 'held';
  readonly why: string;
}

/** Only these are worth another attempt: the others say the same again, or lock the account. */
const PASSING = new Set(['unreachable', 'timeout', 'closed']);

/**
 * Runs one step until it ends, with as many attempts as it may have. Rejects with `LeaseLost`, `DatabaseUnavailable` or `TelemetryUnavailable`; the
 * step is then taken up again by whoever has the upgrade next.
 */
export async function runStep(
  services: EngineServices,
  lease: Lease,
  run: UpgradeRun,
  step: Step,
  login: DeviceLogin,
): Promise<StepResult> {
  const scope = scopeOf(services, lease);
  const work = run.dryRun ? dryRunOf(step) : (context: StepContext): Promise<StepEnd> => step.run(context);
  let current = run;
  for (let tries = 1; ; tries += 1) {
    const attempt = await beginStep(scope.sql, lease, step.name);
    try {
      return {
        kind: 'done',
        end: await runOnce(services, lease, current, step, login, attempt, work),
      };
    } catch (error) {
      login.hangUp();
      lease.signal.throwIfAborted();
      const passing = error instanceof DeviceError && PASSING.has(error.code);
      if (!passing || tries >= step.attempts) {
        const result = resultOf(error);
        const left = mayLogIn(error) ? await undoStep(services, lease, step, result.kind === 'held', login) : null;
        return left === null ? result : { ...result, why: `${result.why} ${left}` };
      }
      await pause(services.pace.retry, lease.signal);
      // The attempt may have declared an intent, which the next one must know.
      current = (await readUpgradeRun(scope, run.id)) ?? run;
    }
  }
}

/**
 * Takes back what a step has begun that does not count as begun on the device: harmless if that is nothing. Gives a sentence about what is left, or
 * null. Rejects like {@link runStep}.
 */
export async function undoStep(
  services: EngineServices,
  lease: Lease,
  step: Step,
  held: boolean,
  login: DeviceLogin,
): Promise<string | null> {
  const run = await readUpgradeRun(scopeOf(services, lease), lease.upgradeId);
  const attempt = run?.steps.find(({ name }) => name === step.name)?.attempt ?? 0;
  if (step.undo === undefined || run === null || run.dryRun || attempt === 0 || isActivated(run)) return null;
  try {
    return await runOnce(
      services,
      lease,
      run,
      step,
      login,
      attempt,
      async (context) => (await step.undo?.(context, held)) ?? null,
      false,
    );
  } catch (error) {
    login.hangUp();
    lease.signal.throwIfAborted();
    return `Look at the device before its next reload: what ${step.name} put in place may still be there. ${resultOf(error).why}`;
  }
}

/** A refused login is not tried again, for whatever reason. */
function mayLogIn(error: unknown): boolean {
  return !(error instanceof DeviceError) || (error.code !== 'authentication' && error.code !== 'host_key');
}

async function runOnce<T>(
  services: EngineServices,
  lease: Lease,
  run: UpgradeRun,
  step: Step,
  login: DeviceLogin,
  attempt: number,
  work: (context: StepContext) => Promise<T>,
  keeps = true,
): Promise<T> {
  const limit = step.timeout(services.pace);
  const over = new AbortController();
  const timer = setTimeout(() => {
    over.abort(new StepFailed(`${step.name} was not done after ${Math.round(limit / 60_000)} min.`));
  }, limit);
  const signal = AbortSignal.any([lease.signal, over.signal]);
  const scope = scopeOf(services, lease);
  // What is printed while an attempt is undone does not replace what it printed itself.
  const output = keeps ? outputOf(services, lease, run, step, attempt) : null;
  const context: StepContext = {
    upgrade: run,
    scope,
    telemetry: services.telemetry,
    pace: services.pace,
    attempt,
    leaseEpoch: lease.epoch,
    signal,
    now: services.now,
    device: () => login.get(lease.signal),
    hangUp: () => login.hangUp(),
    declare: (intent) => leasedTransaction(scope, lease, (sql) => writeIntent(sql, run.id, step.name, intent)),
    check: (phase, checks) => leasedTransaction(scope, lease, (sql) => writeChecks(sql, run.id, phase, checks)),
    keepConfiguration: (moment, text) => keepConfiguration(scope, lease, services.keys, moment, text),
    keptConfiguration(moment) {
      const actor = workerActor(services.workerName, lease);
      return configurationToCompare(scope, services.keys, moment, {
        upgradeId: run.id,
        routerId: run.router.id,
        actor,
      });
    },
    imageSource: () => services.imageSource(run),
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
  login.tellTo((line) => context.tell(line));
  const aborted = whenAborted(signal);
  try {
    const running = work(context);
    // What a cut-off step still says later is of no interest.
    running.catch(() => undefined);
    return await Promise.race([running, aborted.promise]);
  } finally {
    clearTimeout(timer);
    aborted.forget();
    await output?.end();
  }
}

/** Keeps what the device prints. A step never fails for want of it: without the lease or the database it does not get far anyway. */
function outputOf(
  services: EngineServices,
  lease: Lease,
  run: UpgradeRun,
  { name }: Step,
  attempt: number,
): StepOutput {
  const { keys, onTrouble } = services;
  return new StepOutput(async (text) => {
    try {
      await keepOutput(scopeOf(services, lease), lease, keys, { step: name, attempt }, text);
    } catch (error) {
      onTrouble?.(error, run.id);
    }
  });
}

function resultOf(error: unknown): StepStopped {
  if (error instanceof StepHeld) return { kind: 'held', why: error.message };
  if (error instanceof StepFailed) return { kind: 'failed', why: error.message };
  // Nobody knows what the device wants, so nobody but a person may answer it.
  if (error instanceof DeviceError && error.code === 'unexpected_prompt')
    return { kind: 'held', why: described(error) };
  if (error instanceof DeviceError) return { kind: 'failed', why: described(error) };
  if (error instanceof UserError) return { kind: 'held', why: cleanLine(error.message) };
  throw error;
}

function described(error: DeviceError): string {
  const last = error.seen.split('\n').at(-1)?.trim() ?? '';
  return last === '' || error.message.includes(last)
    ? error.message
    : `${error.message} It last printed: ${last.slice(0, 200)}`;
}

function scopeOf(services: EngineServices, lease: Lease): StepContext['scope'] {
  return services.database.organization(lease.organizationId);
}

function whenAborted(signal: AbortSignal): { readonly promise: Promise<never>; readonly forget: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  promise.catch(() => undefined);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return { promise, forget: () => signal.removeEventListener('abort', abort) };
}
