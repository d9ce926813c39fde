/** Too much of one caller waits already. */
export class Busy extends Error {
  override readonly name = 'Busy';
}

export interface FairQueueLimits {
  /** How much runs at once, of all callers and of one. */
  readonly atOnce: number;
  readonly perCaller: number;
  /** How much of one while another caller came within the last second; `perCaller` if left out. */
  readonly besideOthers?: number;
  /** How much of one caller may wait. */
  readonly waiting: number;
}

interface Line {
  running: number;
  readonly waiting: (() => void)[];
}

const LATELY_MS = 1000;

interface Visit {
  readonly caller: string;
  readonly at: number;
}

/** Lets so much run at once, and callers take turns: one with a hundred calls does not keep another with one call waiting. */
export class FairQueue {
  readonly #limits: FairQueueLimits;
  /** By caller; whose turn is next stands first. */
  readonly #lines = new Map<string, Line>();
  #running = 0;
  /** Who came last, and who did before that is somebody else. */
  #newest: Visit | null = null;
  #before: Visit | null = null;

  constructor(limits: FairQueueLimits) {
    this.#limits = limits;
  }

  /** Runs `work` when it is its turn. Rejects with `Busy` if too much of the caller waits. */
  async run<T>(caller: string, work: () => Promise<T>): Promise<T> {
    this.#noteVisit(caller);
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
      if (line.running >= this.#mostOf(caller)) continue;
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

  #noteVisit(caller: string): void {
    if (this.#newest?.caller !== caller) this.#before = this.#newest;
    this.#newest = { caller, at: performance.now() };
  }

  /** Whoever comes finds one of each other caller's works under way, not several of one. */
  #mostOf(caller: string): number {
    const { perCaller, besideOthers = perCaller } = this.#limits;
    const other = this.#newest?.caller === caller ? this.#before : this.#newest;
    return other !== null && performance.now() - other.at < LATELY_MS ? besideOthers : perCaller;
  }
}
