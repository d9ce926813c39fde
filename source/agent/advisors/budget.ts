const HOUR_MS = 3_600_000;

/** How much an advisor may be asked in any hour. */
export class Budget {
  readonly #perHour: number;
  readonly #tokensPerHour: number;
  readonly #now: () => number;
  #spent: { readonly at: number; tokens: number }[] = [];

  constructor(
    limits: { readonly perHour: number; readonly tokensPerHour: number },
    now: () => number,
    usedThisHour: number,
  ) {
    this.#perHour = limits.perHour;
    this.#tokensPerHour = limits.tokensPerHour;
    this.#now = now;
    // What earlier processes asked counts as if it were now.
    this.#spent = Array.from({ length: usedThisHour }, () => ({ at: now(), tokens: 0 }));
  }

  /** Takes one question, which may cost `tokens`; gives what to call with what it did cost. Null: the hour's are used up. */
  take(tokens: number): ((cost: number) => void) | null {
    const now = this.#now();
    this.#spent = this.#spent.filter(({ at }) => now - at < HOUR_MS);
    const used = this.#spent.reduce((sum, each) => sum + each.tokens, 0);
    if (this.#spent.length >= this.#perHour || used + tokens > this.#tokensPerHour) return null;
    const entry = { at: now, tokens };
    this.#spent.push(entry);
    return (cost) => {
      entry.tokens = cost;
    };
  }
}
