import type { ServerResponse } from 'node:http';

/** Counts what is under way of each token, and ends what takes too long. */
export class OpenRequests {
  readonly #perToken: number;
  readonly #longestMs: number;
  readonly #open = new Map<string, number>();

  constructor(perToken: number, longestMs: number) {
    this.#perToken = perToken;
    this.#longestMs = longestMs;
  }

  /** Counts a request until its response is closed; false, and nothing is counted, if the token has too many. */
  begin(token: string, response: ServerResponse): boolean {
    const open = this.#open.get(token) ?? 0;
    if (open >= this.#perToken) return false;
    this.#open.set(token, open + 1);
    const timer = setTimeout(() => response.destroy(), this.#longestMs);
    response.once('close', () => {
      clearTimeout(timer);
      const rest = (this.#open.get(token) ?? 1) - 1;
      if (rest > 0) this.#open.set(token, rest);
      else this.#open.delete(token);
    });
    return true;
  }
}
