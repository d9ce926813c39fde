import { isActivated, type UpgradeRun } from '../../model/upgrade-run.ts';
import { readUpgradeRun } from '../../postgres/upgrade-run.ts';
import { beginStep } from '../../postgres/upgrade-run-writes.ts';
import type { DeviceLogin } from './device-login.ts';
import { dryRunOf } from './dry-run.ts';
import type { EngineServices } from './engine-services.ts';
import type { Lease } from './lease.ts';
import { pause } from './pause.ts';
import { type Step, type StepContext, type StepEnd, StepFailed } from './step.ts';
import { type Attempt, scopeOf, stepContext, stepOutput } from './step-context.ts';
import type { StepOutput } from './step-output.ts';
import { isPassing, mayLogIn, resultOf, type StepResult } from './step-result.ts';

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
    const attempt = {
      services,
      lease,
      run: current,
      step,
      login,
      number: await beginStep(scope.sql, lease, step.name),
    };
    try {
      return { kind: 'done', end: await runOnce(attempt, work, stepOutput(attempt)) };
    } catch (error) {
      login.hangUp();
      lease.signal.throwIfAborted();
      if (!isPassing(error) || tries >= step.attempts) {
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
  const number = run?.steps.find(({ name }) => name === step.name)?.attempt ?? 0;
  if (step.undo === undefined || run === null || run.dryRun || number === 0 || isActivated(run)) return null;
  const undo = async (context: StepContext): Promise<string | null> => (await step.undo?.(context, held)) ?? null;
  try {
    // What is printed while an attempt is undone does not replace what it printed itself.
    return await runOnce({ services, lease, run, step, login, number }, undo, null);
  } catch (error) {
    login.hangUp();
    lease.signal.throwIfAborted();
    return `Look at the device before its next reload: what ${step.name} put in place may still be there. ${resultOf(error).why}`;
  }
}

async function runOnce<T>(
  attempt: Attempt,
  work: (context: StepContext) => Promise<T>,
  output: StepOutput | null,
): Promise<T> {
  const { services, lease, step, login } = attempt;
  const limit = step.timeout(services.pace);
  const over = new AbortController();
  const timer = setTimeout(() => {
    over.abort(new StepFailed(`${step.name} was not done after ${Math.round(limit / 60_000)} min.`));
  }, limit);
  const signal = AbortSignal.any([lease.signal, over.signal]);
  const context = stepContext(attempt, signal, output);
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
    // Many upgrades that are lost at once would wait for each other, and keep their places from being used.
    if (lease.signal.aborted) output?.drop();
    else await output?.end();
  }
}

function whenAborted(signal: AbortSignal): { readonly promise: Promise<never>; readonly forget: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  promise.catch(() => undefined);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return { promise, forget: () => signal.removeEventListener('abort', abort) };
}
