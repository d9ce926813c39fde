/** The share of the time for which this process is busy, from which on it is itself what makes works take long. */
const BUSY = 0.5;

/**
 * Lets only so many works go on at once; the others wait, in order. One that takes long though this process has little to do, since it waits for
 * somebody else, no longer counts after a while.
 */
export class Turns {
  readonly #longestMs: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** `longestMs`: how long one that waits counts. */
  constructor(atOnce: number, longestMs: number) {
    this.#free = atOnce;
    this.#longestMs = longestMs;
  }

  /** Does the work when it has its turn, or rejects with the signal's reason if that comes first. */
  async take<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#turn();
    const end = this.#begin();
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      end();
    }
  }

  #turn(): Promise<void> {
    if (this.#free === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#free -= 1;
    return Promise.resolve();
  }

  /** Gives what ends the turn, once. */
  #begin(): () => void {
    let over = false;
    let before = performance.eventLoopUtilization();
    const timer = setInterval(() => {
      if (performance.eventLoopUtilization(before).utilization < BUSY) end();
      before = performance.eventLoopUtilization();
    }, this.#longestMs);
    const end = (): void => {
      clearInterval(timer);
      if (!over) this.#next();
      over = true;
    };
    return end;
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
