import type { Duty, WorkerLog } from './duty.ts';
import { Outage, pause } from './outage.ts';

export interface WorkerOptions {
  /** Done first, and again until PostgreSQL answers: whether the worker may work here at all. */
  readonly prepare: () => Promise<void>;
  readonly duties: readonly Duty[];
  /** What runs beside the duties, from when the worker may work until it ends. */
  readonly service?: { start(): Promise<void>; stop(): Promise<void> } | undefined;
  readonly log: WorkerLog;
  /** Ends it, at the latest after the duty that is under way. */
  readonly signal: AbortSignal;
}

/**
 * Runs each duty at once and then at its interval, one after the other, until it is told to stop. In an outage of PostgreSQL it tries
 * again with growing pauses; a duty that fails otherwise is told of once and tried again at its next turn. Rejects only with what
 * `prepare` rejects with besides an outage.
 */
export async function runWorker({ prepare, duties, service, log, signal }: WorkerOptions): Promise<void> {
  const outage = new Outage(log);
  if (await prepared(prepare, outage, signal)) {
    log.info(`The worker is up: ${duties.map(({ name }) => name).join(', ')}.`);
    try {
      await service?.start();
      await runDuties(duties, outage, log, signal);
    } finally {
      await service?.stop();
    }
  }
  log.info('The worker has stopped.');
}

/** False if it was told to stop before PostgreSQL answered. */
async function prepared(prepare: () => Promise<void>, outage: Outage, signal: AbortSignal): Promise<boolean> {
  while (await pause(outage.waitMs, signal)) {
    try {
      await prepare();
      outage.over();
      return true;
    } catch (error) {
      if (!outage.met(error)) throw error;
    }
  }
  return false;
}

/** Runs each duty once, in their order. Rejects with the first failure. */
export async function runDutiesOnce(duties: readonly Duty[]): Promise<void> {
  for (const duty of duties) await duty.run();
}

async function runDuties(duties: readonly Duty[], outage: Outage, log: WorkerLog, signal: AbortSignal): Promise<void> {
  const turns = duties.map((duty) => ({ duty, at: 0, failing: false }));
  for (;;) {
    const next = turns.toSorted((a, b) => a.at - b.at)[0];
    if (next === undefined || !(await pause(Math.max(outage.waitMs, next.at - performance.now()), signal))) return;
    const { name } = next.duty;
    try {
      await next.duty.run();
      if (next.failing) log.info(`${name}: works again.`);
      next.failing = false;
    } catch (error) {
      if (outage.met(error)) continue;
      if (!next.failing) log.error(`${name}: failed.`, error);
      next.failing = true;
    }
    outage.over();
    next.at = performance.now() + next.duty.intervalMs;
  }
}
