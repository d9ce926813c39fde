import type { Counters } from './counters.ts';

/** Who writes to which file at the moment. */
export class Writers {
  readonly #counters: Counters;
  readonly #writing = new Map<string, { count: number; spoiled: boolean }>();

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Gives what ends it, which tells whether somebody else wrote to the same file in the meantime. */
  begin(name: string): () => boolean {
    const file = this.#writing.get(name) ?? { count: 0, spoiled: false };
    file.count += 1;
    if (file.count > 1) file.spoiled = true;
    this.#writing.set(name, file);
    this.#counters.copies += 1;
    this.#counters.writersAtOnce = Math.max(this.#counters.writersAtOnce, file.count);
    return () => {
      file.count -= 1;
      if (file.count === 0) this.#writing.delete(name);
      return file.spoiled;
    };
  }

  /** Nobody writes any more. */
  clear(): void {
    this.#writing.clear();
  }
}
