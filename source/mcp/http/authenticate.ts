import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Database } from '../../postgres/database.ts';
import { findMcpToken, noteMcpTokenUse, readTokenIdentity } from '../../postgres/mcp-callers.ts';
import type { Caller } from '../caller.ts';
import { looksLikeToken } from '../token.ts';

const HOUR_MS = 3_600_000;
/** Of tokens whose use was noted. */
const MOST_NOTED = 10_000;

/** The SHA-256 of a request's bearer token; null if it has none that could be ours. */
export function tokenHashOf(request: IncomingMessage): Buffer | null {
  const [, token] = /^Bearer ([\x21-\x7e]{1,200})$/iu.exec(request.headers.authorization ?? '') ?? [];
  return token !== undefined && looksLikeToken(token) ? createHash('sha256').update(token).digest() : null;
}

/** Says whose tokens are, of the database at each request: what is revoked ends at once. */
export class Authenticator {
  readonly #database: Database;
  readonly #now: () => number;
  /** When the use of a token was noted last, by its hash. */
  readonly #noted = new Map<string, number>();

  /** `database` is the login that reads; `now` is in milliseconds. */
  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /** True for a token that was in force not long ago. */
  knows(hash: Buffer): boolean {
    return this.#noted.has(hash.toString('hex'));
  }

  /** Null for a token that is not in force. Rejects with `DatabaseUnavailable`. */
  async callerOf(hash: Buffer): Promise<Caller | null> {
    const found = await findMcpToken(this.#database, hash);
    const { organizationId, tokenId } = found ?? {};
    if (organizationId === undefined || tokenId === undefined) return this.#forget(hash);
    const identity = await readTokenIdentity(this.#database.organization(organizationId), tokenId);
    if (identity === null) return this.#forget(hash);
    this.#note(hash);
    return { ...identity, organizationId, tokenId };
  }

  #forget(hash: Buffer): null {
    this.#noted.delete(hash.toString('hex'));
    return null;
  }

  #note(hash: Buffer): void {
    const key = hash.toString('hex');
    const now = this.#now();
    if (now - (this.#noted.get(key) ?? -HOUR_MS) < HOUR_MS) return;
    this.#noted.set(key, now);
    for (const oldest of this.#noted.keys()) {
      if (this.#noted.size <= MOST_NOTED) break;
      this.#noted.delete(oldest);
    }
    // Only for people to see which tokens are used; on a copy of the database it cannot be written.
    noteMcpTokenUse(this.#database, hash).catch(() => undefined);
  }
}
