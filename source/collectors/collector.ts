import type { ProgramActor } from '../postgres/audit.ts';
import { type CollectorPresence, dismissCollector, type Share } from '../postgres/collectors.ts';
import { type Database, DatabaseUnavailable } from '../postgres/database.ts';
import type { TargetRow } from '../postgres/poll-targets.ts';
import type { TelemetryStore } from '../telemetry/store.ts';
import { Inventory } from './inventory.ts';
import type { Poller, PollTarget } from './poller.ts';
import { type CollectorLog, DataRouter } from './router/data-router.ts';
import { PollSchedule, type ScheduleCounts } from './schedule/poll-schedule.ts';
import type { Intervals } from './schedule/scheduled-router.ts';
import { SHARE_TERMS, Shares } from './sharing/shares.ts';
import { targetKey } from './target-key.ts';

export interface CollectorOptions {
  /** Logged in as netup_worker. */
  readonly database: Database;
  readonly telemetry: Pick<TelemetryStore, 'write'>;
  readonly presence: CollectorPresence;
  /** The pollers of a router, the preferred one first. */
  readonly pollersOf: (target: PollTarget) => readonly Poller[];
  /** Called before the routers of an organization are polled. */
  readonly prepare: (organizationId: string) => Promise<void>;
  readonly intervals: Intervals;
  readonly timeoutMs: number;
  readonly log: CollectorLog;
  readonly terms?: typeof SHARE_TERMS;
  readonly writeMs?: number;
  readonly offlineAfterMs?: number;
}

/** What a collector has done since it was asked for last, and what it has now. */
export interface CollectorCounts extends ScheduleCounts {
  readonly routers: number;
  readonly silent: number;
  readonly doubts: number;
  readonly dropped: number;
  readonly waiting: { readonly points: number; readonly routers: number };
}

const LONGEST_BACK_OFF_MS = 15 * 60_000;
/** Inventories are read again so often although nobody said that they changed. */
const REFRESH_MS = 300_000;

/** Who stands in the audit trail for what a collector changes. */
export function collectorActor({ id, host, pid }: CollectorPresence): ProgramActor {
  return { program: `collector ${host}/${pid}`, source: 'collector', correlationId: collectorCorrelation(id) };
}

/** What the audit rows of a collector have as their correlation id, and its log. */
export function collectorCorrelation(id: string): string {
  return `collector-${id}`;
}

/** Polls its share of the routers until it is stopped, and hands on what they say. */
export class Collector {
  readonly #options: CollectorOptions;
  readonly #router: DataRouter;
  readonly #schedule: PollSchedule;
  readonly #shares: Shares;
  readonly #inventory: Inventory;
  /** The share of each router that is polled here. */
  readonly #shareOf = new Map<string, Share & { readonly routerId: string }>();
  #refresh: NodeJS.Timeout | undefined;
  #deafen = (): Promise<void> => Promise.resolve();
  #isAway = false;

  constructor(options: CollectorOptions) {
    this.#options = options;
    const { database, telemetry, presence, pollersOf, intervals, timeoutMs, log, terms = SHARE_TERMS } = options;
    const actor = collectorActor(presence);
    const { writeMs, offlineAfterMs } = options;
    this.#router = new DataRouter({
      database,
      telemetry,
      actor,
      waysTo: (target) => pollersOf(target).length,
      log,
      ...(writeMs === undefined ? {} : { writeMs }),
      ...(offlineAfterMs === undefined ? {} : { offlineAfterMs }),
    });
    this.#schedule = new PollSchedule({
      intervals,
      pollersOf,
      sink: this.#router,
      atOnce: presence.atOnce,
      timeoutMs,
      backOff: { firstMs: Math.min(...Object.values(intervals)), longestMs: LONGEST_BACK_OFF_MS },
      mayPoll: () => this.#shares.mayPoll,
    });
    this.#shares = new Shares({
      database,
      presence,
      terms,
      census: () => ({ routers: this.#schedule.size, silent: this.#router.silent }),
      onGained: (shares) => this.#inventory.gained(shares),
      onLost: (shares) => void this.#drop(shares, { cut: true }),
      onWanted: (shares) => this.#drop(shares, { cut: false }),
      onError: (error) => this.#shareFailed(error),
      onRenewed: () => this.#back(),
      onMayPoll: () => this.#schedule.wake(),
    });
    this.#inventory = new Inventory({
      database,
      sharesOf: (organizationId) => this.#shares.byOrganization().get(organizationId) ?? [],
      prepare: options.prepare,
      onRead: (organizationId, rows) => this.#apply(organizationId, rows),
      onError: (error) => log.error('The inventory: not read.', error),
    });
  }

  /** Begins; resolves once it listens for changes of the inventory, or knows that PostgreSQL is away. */
  async start(): Promise<void> {
    this.#shares.start();
    this.#router.start();
    this.#refresh = setInterval(() => this.#readAll(), REFRESH_MS);
    this.#deafen = await this.#options.database.listenToFleets((organizationId) => {
      if (organizationId === null) this.#readAll();
      else this.#inventory.changed(organizationId);
    });
  }

  /** Breaks off what is under way, writes what waits, and gives its routers to the others. */
  async stop(): Promise<void> {
    clearInterval(this.#refresh);
    await this.#deafen();
    await this.#inventory.stop();
    await this.#schedule.stop();
    await this.#shares.stop();
    await this.#router.stop();
    // Otherwise they are free once the lease is over.
    await dismissCollector(this.#options.database, this.#options.presence.id).catch(() => undefined);
  }

  /** Milliseconds since PostgreSQL last confirmed its share of the routers; null if it never has. */
  get renewedAgo(): number | null {
    return this.#shares.renewedAgo;
  }

  takeCounts(): CollectorCounts {
    return {
      ...this.#schedule.takeCounts(),
      ...this.#router.takeCounts(),
      routers: this.#schedule.size,
      silent: this.#router.silent,
      waiting: this.#router.waiting,
    };
  }

  #readAll(): void {
    for (const organizationId of this.#shares.byOrganization().keys()) this.#inventory.changed(organizationId);
  }

  #apply(organizationId: string, rows: readonly TargetRow[]): void {
    const now = new Set(rows.map((row) => targetKey(row)));
    for (const [key, { routerId, organizationId: owner }] of this.#shareOf) {
      if (owner === organizationId && !now.has(key)) void this.#remove({ organizationId, routerId }, { cut: true });
    }
    for (const { share, isOffline, ...target } of rows) {
      this.#shareOf.set(targetKey(target), { organizationId, share, routerId: target.routerId });
      this.#router.put(target, isOffline);
      this.#schedule.put(target);
    }
  }

  async #drop(shares: readonly Share[], how: { readonly cut: boolean }): Promise<void> {
    const gone = new Set(shares.map(({ organizationId, share }) => `${organizationId} ${share}`));
    const routers = [...this.#shareOf.values()].filter((one) => gone.has(`${one.organizationId} ${one.share}`));
    await Promise.all(routers.map((router) => this.#remove(router, how)));
  }

  async #remove(
    target: Pick<PollTarget, 'organizationId' | 'routerId'>,
    how: { readonly cut: boolean },
  ): Promise<void> {
    this.#shareOf.delete(targetKey(target));
    await this.#schedule.remove(target, how);
    // It may have come back while its last poll ended.
    if (!this.#shareOf.has(targetKey(target))) this.#router.remove(target);
  }

  #shareFailed(error: unknown): void {
    const { log } = this.#options;
    if (!(error instanceof DatabaseUnavailable)) {
      log.error('The sharing of the routers: failed.', error);
      return;
    }
    if (!this.#isAway) log.warn(`${error.message} The collector goes on polling the routers that it has.`);
    this.#isAway = true;
  }

  #back(): void {
    if (this.#isAway) this.#options.log.info('PostgreSQL answers again.');
    this.#isAway = false;
  }
}
