import { type Claim, LeaseLost } from '../../postgres/upgrade-queue.ts';

/**
 * A worker's hold on one upgrade. It ends by the monotonic clock, so that a machine that was paused notices before it sends anything:
 * between the look at the clock and the bytes leaving there is only the running of this process.
 */
export class Lease implements Claim {
  readonly organizationId: string;
  readonly upgradeId: string;
  readonly epoch: string;
  readonly #lost = new AbortController();
  readonly #now: () => number;
  #until: number;
  /** Resolved, and made anew, whenever it may have become clear whether the lease holds. */
  #news = Promise.withResolvers<void>();

  /** `until` and `now` in milliseconds of a clock that only goes forward. */
  constructor(claim: Claim, until: number, now: () => number = () => performance.now()) {
    this.organizationId = claim.organizationId;
    this.upgradeId = claim.upgradeId;
    this.epoch = claim.epoch;
    this.#until = until;
    this.#now = now;
  }

  /** Aborted when another worker has the upgrade, or may have it. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** The database has renewed the claim; `until` counts from before it was asked. */
  extend(until: number): void {
    this.#until = Math.max(this.#until, until);
    this.#tell();
  }

  /** Gives the upgrade up: everything that goes on for it is aborted. */
  lose(): void {
    if (!this.#lost.signal.aborted)
      this.#lost.abort(new LeaseLost(`Another worker may have upgrade ${this.upgradeId}.`));
    this.#tell();
  }

  /**
   * Waits until it is clear whether a lease that has run out holds: the process may have been kept from renewing it, with nobody else having taken it.
   * Rejects with `LeaseLost` if it is lost.
   */
  async settled(): Promise<void> {
    while (!this.alive && !this.#lost.signal.aborted) await this.#news.promise;
    this.#lost.signal.throwIfAborted();
  }

  /** Whether it holds by the clock. */
  get alive(): boolean {
    return !this.#lost.signal.aborted && this.#now() < this.#until;
  }

  /** To be called right before anything is sent to a device. Throws `LeaseLost` if the lease has run out, or is lost. */
  check(): void {
    if (!this.alive) this.lose();
    this.#lost.signal.throwIfAborted();
  }

  #tell(): void {
    const { resolve } = this.#news;
    this.#news = Promise.withResolvers<void>();
    resolve();
  }
}
