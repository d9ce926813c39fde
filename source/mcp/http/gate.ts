import type { IncomingMessage } from 'node:http';
import type { Caller } from '../caller.ts';
import { Busy, FairQueue } from '../fair-queue.ts';
import { type Authenticator, tokenHashOf } from './authenticate.ts';
import { RateLimiter } from './rate-limiter.ts';
import type { Answer } from './read-body.ts';

/** Whoever comes with a token that is not known yet costs a look into the database: so many at once, and so many may wait. */
const STRANGERS = { atOnce: 2, perCaller: 2, waiting: 32 };

export interface GateParts {
  readonly authenticator: Authenticator;
  /** Requests of one token: a minute on average, and a tenth of it at once. */
  readonly perMinute: number;
  readonly now: () => number;
}

/** Decides who may make a request. Nothing of the request's body has been read yet. */
export class Gate {
  readonly #authenticator: Authenticator;
  readonly #limiter: RateLimiter;
  readonly #strangers = new FairQueue(STRANGERS);

  constructor({ authenticator, perMinute, now }: GateParts) {
    this.#authenticator = authenticator;
    this.#limiter = new RateLimiter(perMinute / 60, Math.max(10, Math.ceil(perMinute / 10)), now);
  }

  /** The caller, or what the request is answered with. Rejects with `DatabaseUnavailable`. */
  async admit(request: IncomingMessage): Promise<Caller | Answer> {
    const hash = tokenHashOf(request);
    if (hash === null) return unauthorized('A bearer token is needed: netup-tui mcp tokens add makes one.');
    const seconds = this.#limiter.take(hash.toString('hex'));
    if (seconds > 0) return tooMany(seconds);
    try {
      const caller = await this.#callerOf(hash, request.socket.remoteAddress ?? '');
      const wrong = 'The token is not in force: it is wrong, has expired, or was revoked.';
      return caller ?? unauthorized(wrong, 'invalid_token');
    } catch (error) {
      if (error instanceof Busy) return tooMany(1);
      throw error;
    }
  }

  #callerOf(hash: Buffer, address: string): Promise<Caller | null> {
    const look = (): Promise<Caller | null> => this.#authenticator.callerOf(hash);
    return this.#authenticator.knows(hash) ? look() : this.#strangers.run(address, look);
  }
}

/** More requests than a token may make. */
export function tooMany(seconds: number): Answer {
  return {
    status: 429,
    code: -32_000,
    message: `Too many requests: try again in ${seconds} s.`,
    headers: { 'retry-after': String(seconds) },
  };
}

function unauthorized(message: string, error?: string): Answer {
  const challenge = `Bearer realm="netup-tui"${error === undefined ? '' : `, error="${error}"`}`;
  return { status: 401, code: -32_001, message, headers: { 'www-authenticate': challenge } };
}
