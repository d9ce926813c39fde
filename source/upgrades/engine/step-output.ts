/** What is kept of an attempt at a step, in bytes of UTF-8: the end of it. */
export const MOST_OUTPUT = 64 * 1024;
/** How long what was printed may wait to be kept, so that people see it while the step goes on. */
const INTERVAL_MS = 2000;

/** Collects what a device prints in one attempt at a step, and hands the end of it over: at most every two seconds, and at last. */
export class StepOutput {
  readonly #keep: (text: string, last: boolean) => Promise<void>;
  readonly #intervalMs: number;
  #lines: string[] = [];
  #bytes = 0;
  #changed = false;
  #timer: NodeJS.Timeout | undefined;
  #keeping: Promise<void> = Promise.resolve();
  #over = false;

  /** `keep` replaces what it was given before; `last`: somebody waits for it. It must not reject. */
  constructor(keep: (text: string, last: boolean) => Promise<void>, intervalMs: number = INTERVAL_MS) {
    this.#keep = keep;
    this.#intervalMs = intervalMs;
  }

  /** What a step that was cut off still says after the end is of no interest. */
  add(line: string): void {
    if (this.#over) return;
    this.#lines.push(line);
    this.#bytes += Buffer.byteLength(line) + 1;
    this.#changed = true;
    // Looked at now and then: to cut at every line would move them all each time.
    if (this.#bytes > 2 * MOST_OUTPUT) this.#cut();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush(false);
    }, this.#intervalMs);
  }

  /** Hands over what is left. Resolves when all of it was taken. */
  async end(): Promise<void> {
    this.#stop();
    this.#flush(true);
    await this.#keeping;
  }

  /** Keeps nothing more, and waits for nothing: it is another worker's now. */
  drop(): void {
    this.#stop();
    this.#changed = false;
  }

  #stop(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #flush(last: boolean): void {
    if (!this.#changed) return;
    this.#changed = false;
    this.#cut();
    const text = this.#lines.join('\n');
    // One after the other, since each replaces the one before.
    this.#keeping = this.#keeping.then(() => this.#keep(text, last));
  }

  #cut(): void {
    const text = Buffer.from(this.#lines.join('\n'));
    if (text.length <= MOST_OUTPUT) return;
    const end = text.subarray(text.length - MOST_OUTPUT).toString();
    // The first line may be half a line, or begin with half a character.
    const [, ...whole] = end.split('\n');
    this.#lines = whole.length === 0 ? [end.replace(/^\uFFFD+/u, '')] : whole;
    this.#bytes = Buffer.byteLength(this.#lines.join('\n'));
  }
}
