/** Too much of one caller waits already. */
export class Busy extends Error {
  override readonly name = 'Busy';
}

export interface FairQueueLimits {
  /** How much runs at once, of all callers and of one. */
  readonly atOnce: number;
  readonly perCaller: number;
  /** How much of one caller may wait. */
  readonly waiting: number;
}

interface Line {
  running: number;
  readonly waiting: (() => void)[];
}

/** Lets so much run at once, and callers take turns: one with a hundred calls does not keep another with one call waiting. */
export class FairQueue {
  readonly #limits: FairQueueLimits;
  /** By caller; whose turn is next stands first. */
  readonly #lines = new Map<string, Line>();
  #running = 0;

  constructor(limits: FairQueueLimits) {
    this.#limits = limits;
  }

  /** Runs `work` when it is its turn. Rejects with `Busy` if too much of the caller waits. */
  async run<T>(caller: string, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(caller) ?? { running: 0, waiting: [] };
    if (line.waiting.length >= this.#limits.waiting) throw new Busy('Too many calls wait already.');
    this.#lines.set(caller, line);
    const turn = Promise.withResolvers<void>();
    line.waiting.push(turn.resolve);
    this.#next();
    await turn.promise;
    try {
      return await work();
    } finally {
      line.running -= 1;
      this.#running -= 1;
      if (line.running === 0 && line.waiting.length === 0) this.#lines.delete(caller);
      this.#next();
    }
  }

  #next(): void {
    const lines = [...this.#lines];
    for (const [caller, line] of lines) {
      if (this.#running >= this.#limits.atOnce) return;
      if (line.running >= this.#limits.perCaller) continue;
      const start = line.waiting.shift();
      if (start === undefined) continue;
      line.running += 1;
      this.#running += 1;
      // To the end of the row.
      this.#lines.delete(caller);
      this.#lines.set(caller, line);
      start();
    }
  }
}
