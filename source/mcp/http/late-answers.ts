import type { ServerResponse } from 'node:http';
import { answer } from './answer.ts';
import type { Answer } from './read-body.ts';

/**
 * Tells clients some time later that they ask too much, up to twice `afterMs`: a client that asks again as soon as it is answered would else take
 * the processor from everybody. Each has a time of its own, so that a client with many requests does not come back with all of them at once.
 */
export class LateAnswers {
  readonly #afterMs: number;
  readonly #most: number;
  #waiting = 0;

  constructor(afterMs: number, most: number) {
    this.#afterMs = afterMs;
    this.#most = most;
  }

  answer(response: ServerResponse, told: Answer): void {
    if (this.#waiting >= this.#most)
      return answer(response, { ...told, headers: { ...told.headers, connection: 'close' } });
    this.#waiting += 1;
    setTimeout(
      () => {
        this.#waiting -= 1;
        answer(response, told);
      },
      this.#afterMs * (1 + Math.random()),
    );
  }
}
