import { createHmac, randomBytes } from 'node:crypto';
import { UserError } from '../../config/user-error.ts';

/** How the Standard Webhooks specification writes a symmetric secret: this, and the base64 of 24 to 64 bytes. */
const PREFIX = 'whsec_';
const [LEAST_BYTES, MOST_BYTES] = [24, 64];

/** A new secret, as receivers' libraries take it. */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

/** Throws a `UserError`, without any of the secret in it, for what is none. */
export function checkWebhookSecret(secret: string): string {
  const bytes = bytesOf(secret);
  if (!secret.startsWith(PREFIX) || bytes.toString('base64') !== secret.slice(PREFIX.length)) {
    throw new UserError(`The secret is none: it is written as ${PREFIX} and the base64 of its bytes.`);
  }
  if (bytes.length < LEAST_BYTES || bytes.length > MOST_BYTES) {
    throw new UserError(`The secret has ${bytes.length} bytes; ${LEAST_BYTES} to ${MOST_BYTES} are allowed.`);
  }
  return secret;
}

/**
 * The headers that a receiver checks a message by, as the Standard Webhooks specification has them: an HMAC-SHA256 over id, time and body, with the
 * bytes of the secret as its key. The id must not have a full stop in it.
 */
export function signatureHeaders(
  secret: string,
  { id, at, body }: { readonly id: string; readonly at: Date; readonly body: string },
): Readonly<Record<string, string>> {
  const seconds = String(Math.floor(at.getTime() / 1000));
  const signature = createHmac('sha256', bytesOf(secret)).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` };
}

function bytesOf(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), 'base64');
}
