import type { Database } from './database.ts';

/** The clocks of a computer, in milliseconds. */
export interface Clocks {
  /** Of the day; may be wrong, and be set. */
  readonly wall: () => number;
  /** Only goes forward, from anywhere. */
  readonly monotonic: () => number;
}

const OWN: Clocks = { wall: () => Date.now(), monotonic: () => performance.now() };
const EVERY_MS = 60_000;
/** A clock of the day that moved so much against the monotonic one was set, or the computer slept. */
const SET_MS = 500;
const TRIES = 3;
/** An answer that took longer is asked for again. */
const QUICK_MS = 200;
/** What is known is kept rather than exchanged for something that is less exact than this. */
const INEXACT_MS = 1000;

interface Measured {
  /** The database's time, and ours, at one moment. */
  readonly database: number;
  readonly wall: number;
  readonly monotonic: number;
  /** How far off it may be: half of what the question and the answer took. */
  readonly within: number;
}

/**
 * The time of the database, which is the same for all workers however wrong their own clocks are. Between two looks it goes on by the monotonic clock, so
 * that setting the clock of the day does nothing. A computer that slept is late until the next look.
 */
export class DatabaseClock {
  readonly #ask: () => Promise<Date>;
  readonly #clocks: Clocks;
  #measured: Measured | null = null;

  constructor(ask: () => Promise<Date>, clocks: Clocks = OWN) {
    this.#ask = ask;
    this.#clocks = clocks;
  }

  /** Whether it has been measured; until then {@link now} is this computer's own time. */
  get known(): boolean {
    return this.#measured !== null;
  }

  /** Whether it is time to measure: never done, a minute ago, or this computer's clock was set. */
  get due(): boolean {
    if (this.#measured === null || this.#wasSet(this.#measured)) return true;
    return this.#clocks.monotonic() - this.#measured.monotonic >= EVERY_MS;
  }

  /** How far this computer's clock was ahead of the database's when it was measured, in whole milliseconds; negative if behind, null if not known. */
  get ahead(): number | null {
    return this.#measured === null ? null : Math.round(this.#measured.wall - this.#measured.database);
  }

  now(): Date {
    const { wall, monotonic } = this.#clocks;
    if (this.#measured === null) return new Date(wall());
    return new Date(this.#measured.database + monotonic() - this.#measured.monotonic);
  }

  /** Asks the database what time it is; the quickest of up to three answers counts. Rejects with `DatabaseUnavailable`. */
  async measure(): Promise<void> {
    let best = await this.#look();
    for (let tries = 1; tries < TRIES && best.within * 2 > QUICK_MS; tries += 1) {
      const next = await this.#look();
      if (next.within < best.within) best = next;
    }
    const before = this.#measured;
    if (before !== null && best.within > Math.max(INEXACT_MS, before.within) && !this.#wasSet(before)) return;
    this.#measured = best;
  }

  async #look(): Promise<Measured> {
    const { wall, monotonic } = this.#clocks;
    const asked = monotonic();
    const answer = await this.#ask();
    const answered = monotonic();
    const within = (answered - asked) / 2;
    return { database: answer.getTime() + within, wall: wall(), monotonic: answered, within };
  }

  #wasSet(since: Measured): boolean {
    const { wall, monotonic } = this.#clocks;
    return Math.abs(wall() - since.wall - (monotonic() - since.monotonic)) > SET_MS;
  }
}

/** The clock of the server that these connections go to. */
export function databaseClock({ unscoped }: Pick<Database, 'unscoped'>, clocks?: Clocks): DatabaseClock {
  return new DatabaseClock(async () => {
    const [row] = await unscoped<[{ now: Date }]>`SELECT clock_timestamp() AS now`;
    return row.now;
  }, clocks);
}
