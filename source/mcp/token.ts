import { createHash, randomBytes } from 'node:crypto';

/** So that people, and programs that look for leaked secrets, know what they see. */
const PREFIX = 'netup_mcp_';

/** A new token of 256 random bits, and what is kept of it. */
export function makeToken(): { readonly token: string; readonly hash: Buffer } {
  const token = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  return { token, hash: createHash('sha256').update(token).digest() };
}

/** False for what was certainly never made by `makeToken`. */
export function looksLikeToken(text: string): boolean {
  return text.startsWith(PREFIX) && /^[\w-]{43}$/u.test(text.slice(PREFIX.length));
}
