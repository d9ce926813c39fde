import type { ProgramActor } from '../../postgres/audit.ts';
import { type Database, DatabaseUnavailable } from '../../postgres/database.ts';
import type { TelemetryStore } from '../../telemetry/store.ts';
import type { PollFailed, Poller, PollTarget, Reading } from '../poller.ts';
import type { PollSink } from '../schedule/poll-schedule.ts';
import { targetKey } from '../target-key.ts';
import { checkReading } from './check-reading.ts';
import { QuarantineBook } from './quarantine-book.ts';
import { RouterState } from './router-state.ts';
import { StateWriter } from './state-writer.ts';
import { TelemetryOutlet } from './telemetry-outlet.ts';

/** Told what changes, one line each. */
export interface CollectorLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string, error: unknown): void;
}

export interface DataRouterOptions {
  readonly database: Database;
  readonly telemetry: Pick<TelemetryStore, 'write'>;
  readonly actor: ProgramActor;
  /** How many pollers read a router. */
  readonly waysTo: (target: PollTarget) => number;
  readonly log: CollectorLog;
  /** Milliseconds between two writes to PostgreSQL. */
  readonly writeMs?: number;
  /** How long a router must not have answered to be offline, milliseconds. */
  readonly offlineAfterMs?: number;
}

const WRITE_MS = 3000;
const LONGEST_PAUSE_MS = 30_000;
const OFFLINE_AFTER_MS = 300_000;
const TELL_AGAIN_MS = 600_000;
/** A collector of more routers than this, to which more than half are silent, is itself cut off. */
const ENOUGH_TO_TELL = 20;

/**
 * Takes what pollers read, and sends it where it belongs: points to the telemetry store; version, serial number, uptime, status and the newest
 * health to PostgreSQL; what cannot be true into quarantine. Neither database's outage stops it: points wait in the telemetry's spool, and of each
 * router the newest waits here.
 */
export class DataRouter implements PollSink {
  readonly #options: DataRouterOptions;
  readonly #states = new Map<string, RouterState>();
  readonly #silent = new Set<string>();
  readonly #quarantine = new QuarantineBook();
  readonly #outlet: TelemetryOutlet;
  readonly #writer: StateWriter;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #pauseMs = 0;
  #doubts = 0;
  #isCutOff = false;
  #defect = '';
  #toldAt = 0;

  constructor(options: DataRouterOptions) {
    this.#options = options;
    const { database, telemetry, actor, log } = options;
    this.#outlet = new TelemetryOutlet({
      store: telemetry,
      onOutage: (error) => log.warn(`${error.message} Points wait until it is back.`),
      onBack: () => log.info('The telemetry store takes points again.'),
      onError: (error) => this.#tell('Points: not stored.', error),
    });
    this.#writer = new StateWriter({
      database,
      actor,
      quarantine: this.#quarantine,
      onError: (error) => this.#tell('What is known of a router: not stored.', error),
    });
  }

  get silent(): number {
    return this.#silent.size;
  }

  /** Points and routers that wait for their database. */
  get waiting(): { readonly points: number; readonly routers: number } {
    return { points: this.#outlet.waiting, routers: this.#writer.waiting };
  }

  /** What was not believed, and points that had to go, since this was asked for last. */
  takeCounts(): { readonly doubts: number; readonly dropped: number } {
    const doubts = this.#doubts;
    this.#doubts = 0;
    return { doubts, dropped: this.#outlet.takeDropped() };
  }

  /** A router is polled here from now on. `isOffline`: a collector has said that it is. */
  put(target: PollTarget, isOffline: boolean): void {
    const state = this.#states.get(targetKey(target));
    if (state === undefined) this.#states.set(targetKey(target), new RouterState(target, isOffline));
    else state.target = target;
  }

  /** It is polled elsewhere, or no more. What is not written of it yet still is. */
  remove(target: Pick<PollTarget, 'organizationId' | 'routerId'>): void {
    this.#states.delete(targetKey(target));
    this.#silent.delete(targetKey(target));
  }

  read(target: PollTarget, poller: Poller, reading: Reading): void {
    const now = Date.now();
    const checked = checkReading(target, reading, now);
    this.#doubts += checked.doubts.length;
    for (const doubt of checked.doubts) this.#quarantine.add(target.organizationId, target.routerId, doubt, now);
    this.#outlet.add(checked.points);
    const state = this.#stateOf(target);
    state.read(poller.name, checked);
    this.#silent.delete(targetKey(target));
    this.#writer.note(state);
  }

  failed(target: PollTarget, poller: Poller, failure: PollFailed, failures: number): void {
    const now = Date.now();
    const state = this.#stateOf(target);
    state.failed(poller.name, failure, failures, now);
    const ways = this.#options.waysTo(target);
    if (state.isSilent(ways)) this.#silent.add(targetKey(target));
    else this.#silent.delete(targetKey(target));
    if (state.isGone(ways, this.#options.offlineAfterMs ?? OFFLINE_AFTER_MS) && !this.#suspectsItself()) {
      state.goOffline(now);
    }
    this.#writer.note(state);
  }

  /** Writes to PostgreSQL now and at the interval. */
  start(): void {
    this.#timer = setTimeout(
      () => {
        this.#writing = this.#write().finally(() => this.start());
      },
      Math.max(this.#options.writeMs ?? WRITE_MS, this.#pauseMs),
    );
  }

  /** Hands over all that waits, as far as the databases are there. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#writing;
    clearTimeout(this.#timer);
    await Promise.all([this.#outlet.stop(), this.#write()]);
  }

  async #write(): Promise<void> {
    try {
      await this.#writer.flush();
      this.#pauseMs = 0;
    } catch (error) {
      // That PostgreSQL is away is told of by the sharing of the routers already.
      if (!(error instanceof DatabaseUnavailable)) this.#tell('What is known of routers: not stored.', error);
      this.#pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(1000, 2 * this.#pauseMs));
    }
  }

  #stateOf(target: PollTarget): RouterState {
    const key = targetKey(target);
    const state = this.#states.get(key) ?? new RouterState(target, false);
    this.#states.set(key, state);
    return state;
  }

  /** A defect would be met again with every router: the same one is told of now and then. */
  #tell(what: string, error: unknown): void {
    const defect = `${what} ${error instanceof Error ? error.message : String(error)}`;
    if (defect === this.#defect && performance.now() - this.#toldAt < TELL_AGAIN_MS) return;
    this.#defect = defect;
    this.#toldAt = performance.now();
    this.#options.log.error(what, error);
  }

  #suspectsItself(): boolean {
    const isCutOff = this.#states.size > ENOUGH_TO_TELL && this.#silent.size > this.#states.size / 2;
    if (isCutOff && !this.#isCutOff) {
      this.#options.log.warn(
        `${this.#silent.size} of ${this.#states.size} routers do not answer: that is taken for a fault of this machine's network, and none becomes offline.`,
      );
    }
    this.#isCutOff = isCutOff;
    return isCutOff;
  }
}
