/** Longer than the devices are away for a reload, on a busy machine too. */
const STUCK_MS = 5 * 60_000;
const TELL_MS = 15_000;

/** Says how a run goes on, and when to give up: nothing has moved for five minutes. */
export class Patience {
  readonly #start = Date.now();
  #told = Date.now();
  #moved = Date.now();
  #before = 0;

  /** Takes note of a count that grows as long as anything goes on. True if it is time to give up. */
  see(count: number): boolean {
    if (count !== this.#before) this.#moved = Date.now();
    this.#before = count;
    return Date.now() - this.#moved > STUCK_MS;
  }

  /** Says on the standard error where it stands, now and then. */
  async tell(standing: () => Promise<string> | string): Promise<void> {
    if (Date.now() - this.#told < TELL_MS) return;
    this.#told = Date.now();
    say(`${Math.round((Date.now() - this.#start) / 1000)} s: ${await standing()}`);
  }
}

/** A line on the standard error, below the name of the benchmark. */
export function say(text: string): void {
  process.stderr.write(`  ${text}\n`);
}
