/** What may always be under way: less than a second of a line of 9,600 bit/s. */
const LEAST_BYTES = 600;
/** What may be under way, in time of the line; more than most round trips, so that a fast line with a long way is used. */
const SPAN_MS = 600;
/** What is left of an older answer's weight when a new one comes. */
const FADING = 0.8;
/** An answer that has not come by then was lost; a whole frame takes half of it at 9,600 bit/s. */
const LOST_MS = 30_000;

interface Part {
  readonly bytes: number;
  readonly at: number;
}

/**
 * What a terminal was sent and has not yet answered, and how fast its line is by the answers so far. It answers in the order in which it
 * was asked. Times are milliseconds of one clock.
 */
export class LineAccount {
  #parts: readonly Part[] = [];
  #bytes = 0;
  #busyMs = 0;
  #lastAnswerAt = Number.NEGATIVE_INFINITY;

  /** So many bytes were sent, and the terminal was asked to answer when it has them. */
  sent(bytes: number, now: number): void {
    this.#parts = [...this.#parts, { bytes, at: now }];
  }

  /** The terminal answered so many times at once. */
  answered(times: number, now: number): void {
    const [first] = this.#parts;
    if (first === undefined) return;
    const bytes = bytesOf(this.#parts.slice(0, times));
    this.#bytes = this.#bytes * FADING + bytes;
    this.#busyMs = this.#busyMs * FADING + (now - Math.max(first.at, this.#lastAnswerAt));
    this.#lastAnswerAt = now;
    this.#parts = this.#parts.slice(times);
  }

  /** True while an answer is waited for. */
  get isWaiting(): boolean {
    return this.#parts.length > 0;
  }

  /** True if more would only queue up on the line. */
  isFull(now: number): boolean {
    const [first] = this.#parts;
    if (first === undefined) return false;
    // How long this answer has taken already says something of the line before it is there.
    const busyMs = this.#busyMs + (now - Math.max(first.at, this.#lastAnswerAt));
    const allowed = busyMs === 0 ? Number.POSITIVE_INFINITY : (SPAN_MS * this.#bytes) / busyMs;
    return bytesOf(this.#parts) >= Math.max(LEAST_BYTES, allowed);
  }

  /** True if an answer was lost, so that the others are taken for those before them. */
  isOff(now: number): boolean {
    const [first] = this.#parts;
    return first !== undefined && now - first.at >= LOST_MS;
  }

  forget(): void {
    this.#parts = [];
  }
}

function bytesOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}
