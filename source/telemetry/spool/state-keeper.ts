import { writeStateFile, type WritingState } from './writing-state.ts';

const SOON_MS = 1000;
/** How often a writer shows that it is alive. */
const SIGN_OF_LIFE_MS = 10_000;

/** Keeps a writer's state on disk, for `doctor` and the console, at most a second late. */
export class StateKeeper {
  readonly #folder: string;
  readonly #state: () => WritingState;
  readonly #beat: NodeJS.Timeout;
  #soon: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: string, state: () => WritingState) {
    this.#folder = folder;
    this.#state = state;
    this.#beat = setInterval(() => this.changed(), SIGN_OF_LIFE_MS).unref();
  }

  changed(): void {
    this.#soon ??= setTimeout(() => void this.keep(), SOON_MS).unref();
  }

  /** Writes it now. A disk that does not take it is told elsewhere. */
  keep(): Promise<void> {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    this.#writing = this.#writing.then(() => writeStateFile(this.#folder, this.#state())).catch(() => undefined);
    return this.#writing;
  }

  async close(): Promise<void> {
    clearInterval(this.#beat);
    await this.keep();
  }
}
