import type { IncomingMessage } from 'node:http';
import type { Caller } from '../caller.ts';
import { type Authenticator, tokenHashOf } from './authenticate.ts';
import { RateLimiter } from './rate-limiter.ts';
import type { Answer } from './read-body.ts';

/** How often a client may come with a token that is none. */
const WRONG_PER_SECOND = 1;
const WRONG_AT_ONCE = 20;

export interface GateParts {
  readonly authenticator: Authenticator;
  /** Requests of one token: a minute on average, and so many at once. */
  readonly perMinute: number;
  readonly now: () => number;
}

/** Decides who may make a request. Nothing of the request's body has been read yet. */
export class Gate {
  readonly #authenticator: Authenticator;
  readonly #ofTokens: RateLimiter;
  readonly #ofStrangers: RateLimiter;

  constructor({ authenticator, perMinute, now }: GateParts) {
    this.#authenticator = authenticator;
    this.#ofTokens = new RateLimiter(perMinute / 60, Math.max(10, Math.ceil(perMinute / 10)), now);
    this.#ofStrangers = new RateLimiter(WRONG_PER_SECOND, WRONG_AT_ONCE, now);
  }

  /** The caller, or what the request is answered with. Rejects with `DatabaseUnavailable`. */
  async admit(request: IncomingMessage): Promise<Caller | Answer> {
    const hash = tokenHashOf(request);
    // A stranger costs us a look into the database, so only so many are let in; whoever is known is not kept out by them.
    if (hash === null || !this.#authenticator.knows(hash)) {
      const seconds = this.#ofStrangers.take(request.socket.remoteAddress ?? '');
      if (seconds > 0) return tooMany(seconds);
      if (hash === null) return unauthorized('A bearer token is needed: netup-tui mcp tokens add makes one.');
    }
    const seconds = this.#ofTokens.take(hash.toString('hex'));
    if (seconds > 0) return tooMany(seconds);
    const caller = await this.#authenticator.callerOf(hash);
    return (
      caller ?? unauthorized('The token is not in force: it is wrong, has expired, or was revoked.', 'invalid_token')
    );
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
