import {
  type CollectorPresence,
  type Holding,
  releaseShares,
  type Share,
  shareRouters,
} from '../../postgres/collectors.ts';
import { type Database, DatabaseUnavailable } from '../../postgres/database.ts';
import type { LeaseTerms } from '../../postgres/upgrade-queue.ts';

/** A dead collector's routers are polled by others after lease, margin and interval: 23 seconds. */
export const SHARE_TERMS: LeaseTerms & { readonly intervalMs: number } = {
  lease: 15_000,
  margin: 3000,
  intervalMs: 5000,
};

export interface SharesOptions {
  readonly database: Database;
  readonly presence: CollectorPresence;
  readonly terms: typeof SHARE_TERMS;
  /** How many routers this collector has, and how many of these do not answer: told to whoever asks for collectors. */
  readonly census: () => { readonly routers: number; readonly silent: number };
  /** Shares were gained; their routers may be polled now. */
  readonly onGained: (shares: readonly Share[]) => void;
  /** Shares are another collector's: their polls are to be broken off. */
  readonly onLost: (shares: readonly Share[]) => void;
  /** Shares are wanted by others: resolves when nothing of them is being polled any more. */
  readonly onWanted: (shares: readonly Share[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** PostgreSQL has confirmed what is held. */
  readonly onRenewed: () => void;
  /** `mayPoll` has become true. */
  readonly onMayPoll: () => void;
}

/** The shares of the organizations' routers that are this collector's: renews them, takes its part, gives back what is others'. */
export class Shares {
  readonly #options: SharesOptions;
  readonly #held = new Map<string, Share>();
  readonly #leaving = new Set<string>();
  #leaseUntil = -Infinity;
  /** PostgreSQL has been asked since the lease ran out, and is not there. */
  #isAlone = false;
  #timer: NodeJS.Timeout | undefined;
  /** Renewals and releases, one after the other: an answer that is older than a release would bring back what was given away. */
  #turn: Promise<void> = Promise.resolve();
  #releases: Promise<void>[] = [];
  #stopped = false;

  constructor(options: SharesOptions) {
    this.#options = options;
  }

  /**
   * Whether what is held may be polled. Not after the lease has run out, for then it may be another's: unless PostgreSQL is away, since
   * then nobody can take it over and the telemetry of all routers would stop.
   */
  get mayPoll(): boolean {
    return performance.now() < this.#leaseUntil || this.#isAlone;
  }

  /** Milliseconds since PostgreSQL last confirmed what is held; null if it never has. */
  get renewedAgo(): number | null {
    const { lease } = this.#options.terms;
    return Number.isFinite(this.#leaseUntil) ? performance.now() - (this.#leaseUntil - lease) : null;
  }

  /** The shares of each organization. */
  byOrganization(): ReadonlyMap<string, readonly number[]> {
    const held = new Map<string, number[]>();
    for (const [key, { organizationId, share }] of this.#held) {
      if (this.#leaving.has(key)) continue;
      const shares = held.get(organizationId);
      if (shares === undefined) held.set(organizationId, [share]);
      else shares.push(share);
    }
    return held;
  }

  /** Takes its part now, and again at the interval. */
  start(): void {
    this.#next(0);
  }

  /** Takes nothing more. What it has is given back by `dismissCollector`, once nothing of it is polled any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#releases);
    await this.#turn;
  }

  #next(waitMs: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      void this.#inTurn(() => this.#renew()).finally(() => this.#next(this.#options.terms.intervalMs));
    }, waitMs);
  }

  /** `work` does not reject. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work);
    return this.#turn;
  }

  async #renew(): Promise<void> {
    const { database, presence, terms, census, onError, onRenewed, onMayPoll } = this.#options;
    // The lease counts from before it was asked for: it began at some time after that.
    const asked = performance.now();
    const could = this.mayPoll;
    try {
      const holdings = await shareRouters(database, presence, census(), terms);
      this.#leaseUntil = asked + terms.lease;
      this.#isAlone = false;
      onRenewed();
      this.#apply(holdings);
    } catch (error) {
      this.#isAlone = error instanceof DatabaseUnavailable && this.#held.size > 0;
      onError(error);
    }
    if (!could && this.mayPoll) onMayPoll();
  }

  #apply(holdings: readonly Holding[]): void {
    const { onGained, onLost } = this.#options;
    const now = new Map(
      holdings.flatMap(({ organizationId, shares }) =>
        shares.map((share): [string, Share] => [`${organizationId}/${share}`, { organizationId, share }]),
      ),
    );
    const lost = [...this.#held].filter(([key]) => !now.has(key));
    for (const [key] of lost) {
      this.#held.delete(key);
      this.#leaving.delete(key);
    }
    if (lost.length > 0) onLost(lost.map(([, share]) => share));
    const gained = [...now].filter(([key]) => !this.#held.has(key));
    for (const [key, share] of gained) this.#held.set(key, share);
    if (gained.length > 0) onGained(gained.map(([, share]) => share));
    for (const { organizationId, shares, surplus } of holdings) this.#giveBack(organizationId, shares, surplus);
  }

  #giveBack(organizationId: string, shares: readonly number[], surplus: number): void {
    const keyOf = (share: number): string => `${organizationId}/${share}`;
    const leaving = shares.filter((share) => this.#leaving.has(keyOf(share))).length;
    if (surplus <= leaving) return;
    const wanted = shares
      .filter((share) => !this.#leaving.has(keyOf(share)))
      .slice(leaving - surplus)
      .map((share) => ({ organizationId, share }));
    for (const { share } of wanted) this.#leaving.add(keyOf(share));
    const release = this.#release(wanted).finally(() => {
      this.#releases = this.#releases.filter((other) => other !== release);
    });
    this.#releases.push(release);
  }

  async #release(wanted: readonly Share[]): Promise<void> {
    const { database, presence, onWanted, onGained, onError } = this.#options;
    const keyed = wanted.map((share): [string, Share] => [`${share.organizationId}/${share.share}`, share]);
    await onWanted(wanted);
    await this.#inTurn(async () => {
      try {
        await releaseShares(database, presence.id, wanted);
        for (const [key] of keyed) this.#held.delete(key);
        for (const [key] of keyed) this.#leaving.delete(key);
      } catch (error) {
        onError(error);
        // They are still ours, so they are polled until this can be said.
        for (const [key] of keyed) this.#leaving.delete(key);
        onGained(keyed.filter(([key]) => this.#held.has(key)).map(([, share]) => share));
      }
    });
  }
}
