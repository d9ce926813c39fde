/** Callers that are remembered; more than that are not under way in a minute. */
const MOST_REMEMBERED = 10_000;
/** What a request costs that is refused: who goes a little over the rate gets nearly all of it, and who asks six times as often gets nothing. */
const REFUSAL = 1 / 6;
/** Nobody has to be quiet for longer than this before a request is let through again. */
const LONGEST_SECONDS = 5;

interface Bucket {
  left: number;
  at: number;
}

/** Lets each caller make so many requests a second on average, and so many at once; a caller that goes on asking when it was refused gets fewer. */
export class RateLimiter {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #now: () => number;
  /** Those who asked last stand last. */
  readonly #buckets = new Map<string, Bucket>();

  /** `now` is in milliseconds. */
  constructor(perSecond: number, burst: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#now = now;
  }

  /** Counts a request. 0: it may be made; else for how many seconds the caller has to wait. */
  take(caller: string): number {
    const now = this.#now();
    const known = this.#buckets.get(caller) ?? { left: this.#burst, at: now };
    const left = Math.min(this.#burst, known.left + (Math.max(0, now - known.at) / 1000) * this.#perSecond);
    const allowed = left >= 1;
    this.#buckets.delete(caller);
    const least = Math.min(0, 1 - LONGEST_SECONDS * this.#perSecond);
    const after = allowed ? left - 1 : Math.min(left, Math.max(least, left - REFUSAL));
    this.#buckets.set(caller, { left: after, at: now });
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= MOST_REMEMBERED) break;
      this.#buckets.delete(oldest);
    }
    return allowed ? 0 : Math.max(1, Math.ceil((1 - after) / this.#perSecond));
  }
}
