/** How long a work counts, milliseconds. */
export interface TurnLimits {
  /** Until it says that it has begun: before that it only waits for somebody else. */
  readonly idleMs: number;
  /** Afterwards. */
  readonly busyMs: number;
}

/**
 * Lets only so many works go on at once; the others wait, in order. One that takes too long goes on, but no longer counts.
 */
export class Turns {
  readonly #limits: TurnLimits;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(atOnce: number, limits: TurnLimits) {
    this.#free = atOnce;
    this.#limits = limits;
  }

  /** Does the work when it has its turn, or rejects with the signal's reason if that comes first. The work is handed what it calls once it is busy. */
  async take<T>(work: (busy: () => void) => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#turn();
    const turn = this.#begin();
    try {
      signal.throwIfAborted();
      return await work(turn.busy);
    } finally {
      turn.end();
    }
  }

  #turn(): Promise<void> {
    if (this.#free === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#free -= 1;
    return Promise.resolve();
  }

  /** `end` ends the turn, once. */
  #begin(): { readonly busy: () => void; readonly end: () => void } {
    let over = false;
    const end = (): void => {
      clearTimeout(timer);
      if (!over) this.#next();
      over = true;
    };
    let timer = setTimeout(end, this.#limits.idleMs);
    const busy = (): void => {
      clearTimeout(timer);
      if (!over) timer = setTimeout(end, this.#limits.busyMs);
    };
    return { busy, end };
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
