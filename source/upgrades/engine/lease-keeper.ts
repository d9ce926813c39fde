import type { Database } from '../../postgres/database.ts';
import { claimKey, claimUpgrades, type LeaseTerms, renewClaims } from '../../postgres/upgrade-queue.ts';
import { Lease } from './lease.ts';

/**
 * A worker that dies is replaced after lease and margin, 10 s, and the next look at the queue. Renewals come four times in a lease, so
 * that three may fail.
 */
export const LEASE_TERMS: LeaseTerms = { lease: 8_000, margin: 2_000 };

/** So many are renewed with one statement. All statements are sent at once: one after the other they would take as long as the process is busy, each. */
const TOGETHER = 1000;

/**
 * A tick that comes so much later than it should tells that this process was kept from running. What ran out meanwhile is renewed if nobody has taken
 * it: nothing could be cut off in time anyway. So often without an answer of the database, since it may be away as well.
 */
const LATE = { times: 1.5, inARow: 3 } as const;

/** Takes upgrades for a worker, and renews all of its leases, many with one statement. */
export class LeaseKeeper {
  readonly #database: Database;
  readonly #workerId: string;
  readonly #terms: LeaseTerms;
  readonly #held = new Map<string, Lease>();
  readonly #timer: NodeJS.Timeout;
  #soon: NodeJS.Timeout | undefined;
  #renewing = false;
  #tickedAt = performance.now();
  #late = 0;

  constructor(database: Database, workerId: string, terms: LeaseTerms = LEASE_TERMS) {
    this.#database = database;
    this.#workerId = workerId;
    this.#terms = terms;
    this.#timer = setInterval(() => void this.#tick(), terms.lease / 4);
  }

  /** How many upgrades this worker has. */
  get held(): number {
    return this.#held.size;
  }

  /** Takes up to so many upgrades that are due. Rejects with `DatabaseUnavailable`; what was taken then is free again after a lease. */
  async claim(howMany: number): Promise<readonly Lease[]> {
    const until = performance.now() + this.#terms.lease;
    const claims = await claimUpgrades(this.#database, this.#workerId, howMany, this.#terms);
    return claims.map((claim) => {
      const lease = new Lease(claim, until);
      this.#held.set(claimKey(claim), lease);
      return lease;
    });
  }

  /** No longer renews a lease. */
  drop(lease: Lease): void {
    if (this.#held.get(claimKey(lease)) === lease) this.#held.delete(claimKey(lease));
  }

  /** Renews no more: what is still held is free for others after lease and margin. */
  stop(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#soon);
  }

  async #tick(): Promise<void> {
    const now = performance.now();
    this.#late = now - this.#tickedAt > (this.#terms.lease / 4) * LATE.times ? this.#late + 1 : 0;
    this.#tickedAt = now;
    // Also while a renewal hangs: an expired lease tells whoever works under it.
    const patient = this.#late > 0 && this.#late <= LATE.inARow;
    if (!patient) for (const lease of this.#held.values()) if (!lease.alive) this.#lost(lease);
    await this.#renew([...this.#held.values()]);
  }

  async #renew(leases: readonly Lease[]): Promise<void> {
    if (this.#renewing || leases.length === 0) return;
    this.#renewing = true;
    try {
      const batches = Array.from({ length: Math.ceil(leases.length / TOGETHER) }, (_, index) =>
        this.#renewSome(leases.slice(index * TOGETHER, (index + 1) * TOGETHER)),
      );
      const busy = (await Promise.all(batches)).flat();
      this.#late = 0;
      if (busy.length > 0) this.#renewSoon(busy);
    } catch {
      // The database is away. There are more renewals to come before a lease runs out.
    } finally {
      this.#renewing = false;
    }
  }

  /** Gives those whose rows were busy, and those for which the answer came so late that it is over already. */
  async #renewSome(some: readonly Lease[]): Promise<readonly Lease[]> {
    // One that was dropped meanwhile is free for others, and is to stay so.
    const leases = some.filter((lease) => this.#held.get(claimKey(lease)) === lease);
    const until = performance.now() + this.#terms.lease;
    const kept = await renewClaims(this.#database, leases, this.#terms);
    for (const lease of leases) {
      const renewed = kept.get(claimKey(lease));
      if (renewed === undefined) this.#lost(lease);
      else if (renewed) lease.extend(until);
    }
    return leases.filter((lease) => kept.has(claimKey(lease)) && !(kept.get(claimKey(lease)) === true && lease.alive));
  }

  /** Only those: with many upgrades at once some always have to be. */
  #renewSoon(busy: readonly Lease[]): void {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => void this.#renew(busy), this.#terms.lease / 16);
  }

  #lost(lease: Lease): void {
    lease.lose();
    this.drop(lease);
  }
}
