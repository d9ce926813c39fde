import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { EncryptionKeys } from '../../config/encryption-keys.ts';
import type { AdvisorSettings } from '../../config/advisor-settings.ts';
import type { ImageSettings, SshLogin } from '../../config/settings.ts';
import type { SshReach } from '../../config/ssh-reach.ts';
import { type Database, DatabaseUnavailable } from '../../postgres/database.ts';
import { type Clocks, type DatabaseClock, databaseClock } from '../../postgres/database-clock.ts';
import { LeaseLost } from '../../postgres/upgrade-queue.ts';
import { announceWorker, dismissWorker } from '../../postgres/workers.ts';
import { type TelemetryStore, TelemetryUnavailable } from '../../telemetry/store.ts';
import type { EngineEvent } from '../engine/engine-event.ts';
import type { EngineServices } from '../engine/engine-services.ts';
import { findImageSource } from '../engine/image-source.ts';
import { routerOpener } from '../engine/open-router.ts';
import { OutputKeeper } from '../engine/output-keeper.ts';
import { PACE, type Pace } from '../engine/pace.ts';
import { Turns } from '../engine/turns.ts';
import { UpgradeWorker } from '../engine/worker.ts';
import { settlePlans } from '../plans/settle.ts';
import { STEPS } from '../steps/all.ts';
import { webhookSender } from '../webhooks/webhook-service.ts';
import { clockWatch } from './clock-watch.ts';
import { agentDuty } from './agent-duty.ts';
import type { Duty, WorkerLog } from './duty.ts';
import { upgradePointsDuty } from './upgrade-points.ts';

export interface UpgradeServiceOptions {
  /** Logged in as the worker. */
  readonly database: Database;
  readonly telemetry: TelemetryStore;
  readonly keys: EncryptionKeys;
  readonly ssh: SshLogin | null;
  /** By what way routers are reached; directly and by modern algorithms if left out. */
  readonly reach?: SshReach;
  readonly images: ImageSettings;
  /** How many upgrades at once. */
  readonly slots: number;
  readonly programVersion: string;
  readonly log: WorkerLog;
  readonly pace?: Pace;
  /** This computer's clocks, if they are not to be asked. */
  readonly clocks?: Clocks;
  /** Told what is done in upgrades, for logs and metrics. Must not throw. */
  readonly onEvent?: ((event: EngineEvent) => void) | undefined;
  /** Told of an upgrade that another worker has taken over. */
  readonly onLeaseLost?: (() => void) | undefined;
  /** Asked before the agent approves by itself; left out: nobody. */
  readonly advisor?: AdvisorSettings | null;
}

/** How the worker stands now. */
export interface UpgradeServiceState {
  /** Upgrades that it carries out, and those of them whose lease ran out without being renewed. */
  readonly busy: number;
  readonly expired: number;
  /** How far its clock is ahead of the database's, in milliseconds; null if it does not know. */
  readonly clockAhead: number | null;
  /** Milliseconds since PostgreSQL took its last announcement; null if it has taken none. */
  readonly announcedAgo: number | null;
}

/**
 * What carries upgrades out in a worker, and tells webhooks of them: duties that say that it is there and what it does, and the engine, which runs from
 * `start` to `stop`.
 */
export interface UpgradeService {
  readonly presence: Duty;
  /** Opens the waves of plans whose pause is over. */
  readonly plans: Duty;
  /** Tells the telemetry store how the upgrades go on. */
  readonly points: Duty;
  /** Lets the agent do by itself what organizations want it to. */
  readonly agent: Duty;
  readonly state: () => UpgradeServiceState;
  start(): Promise<void>;
  /** Lets go of everything: upgrades stand at their last finished step, and other workers go on with them. */
  stop(): Promise<void>;
}

/** A third of the time after which a worker counts as gone. */
const PRESENCE_MS = 5000;
/**
 * So many logins go on at once: the exchange of keys is work on both sides, and hundreds at once would all take too long. A device that does not
 * answer, as while it boots, keeps others waiting for no more than half a second; one that answers slowly, ten.
 */
const LOGINS = { atOnce: 16, limits: { idleMs: 500, busyMs: 10_000 } } as const;
/** A wave opens at most so much later than its pause is over. */
const PLANS_MS = 5000;

export function upgradeService(options: UpgradeServiceOptions): UpgradeService {
  const { database, telemetry, slots, programVersion, log } = options;
  const id = randomUUID();
  const workerName = `worker ${hostname()}/${process.pid}`;
  const clock = databaseClock(database, options.clocks);
  const lookAtClock = clockWatch(clock, log);
  const worker = new UpgradeWorker(engineServices(options, workerName, clock), {
    workerId: id,
    slots,
    onError: (error, upgradeId) => {
      if (error instanceof LeaseLost) options.onLeaseLost?.();
      tell(log, error, upgradeId);
    },
  });
  const webhooks = webhookSender(options);
  const presence = { id, host: hostname(), pid: process.pid, programVersion, slots };
  let announcedAt: number | null = null;
  let deafen = (): Promise<void> => Promise.resolve();
  const wake = (): void => {
    // Boot times are told by the database's clock, which all workers share: without it nothing is begun.
    if (!clock.known) return;
    worker.wake();
    webhooks.wake();
  };
  return {
    presence: {
      name: 'upgrades',
      intervalMs: PRESENCE_MS,
      async run() {
        if (await lookAtClock()) wake();
        await announceWorker(database, presence, { busy: worker.busy, clockAhead: clock.ahead });
        announcedAt = performance.now();
      },
    },
    plans: {
      name: 'plans',
      intervalMs: PLANS_MS,
      run: () => settlePlans(database, workerName, clock.now()),
    },
    points: upgradePointsDuty({ database, telemetry, log }),
    agent: agentDuty({ database, telemetry, advisor: options.advisor ?? null, log, now: () => new Date() }),
    state: () => ({
      busy: worker.busy,
      expired: worker.expired,
      clockAhead: clock.ahead,
      announcedAgo: announcedAt === null ? null : performance.now() - announcedAt,
    }),
    async start() {
      deafen = await database.listenToQueue(wake);
      await lookAtClock().catch((error: unknown) => {
        if (!(error instanceof DatabaseUnavailable)) throw error;
      });
      wake();
    },
    async stop() {
      await deafen();
      await Promise.all([worker.stop(), webhooks.stop()]);
      await dismissWorker(database, id).catch(() => undefined);
    },
  };
}

function engineServices(options: UpgradeServiceOptions, workerName: string, clock: DatabaseClock): EngineServices {
  const logins = new Turns(LOGINS.atOnce, LOGINS.limits);
  const { database, telemetry, keys, ssh, reach, images, pace = PACE } = options;
  const now = (): Date => clock.now();
  return {
    database,
    telemetry,
    keys,
    outputs: new OutputKeeper(database, keys),
    pace,
    workerName,
    steps: STEPS,
    now,
    onEvent: options.onEvent,
    onTrouble: (error, upgradeId) => tell(options.log, error, upgradeId),
    imageSource: (run) => findImageSource(images, run),
    openDevice(run) {
      const open = routerOpener({ database, keys, ssh, reach, workerName, pace, now }, run);
      return (beforeSend, signal, onLine) => logins.take((busy) => open(beforeSend, signal, onLine, busy), signal);
    },
  };
}

/** Outages of the database are told of by the duties already, once each. */
function tell(log: WorkerLog, error: unknown, upgradeId: string | null): void {
  if (error instanceof DatabaseUnavailable) return;
  const what = upgradeId === null ? 'The queue of upgrades' : `Upgrade ${upgradeId}`;
  if (error instanceof LeaseLost) log.warn(`${what}: another worker goes on with it.`);
  else if (error instanceof TelemetryUnavailable) log.warn(`${what} waits: ${error.message}`);
  else log.error(`${what}: failed.`, error);
}
