import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** The user of SNMPv3 that an agent knows: SHA-256 signs (RFC 7860), AES with 128 bits encrypts (RFC 3826). */
export interface AgentUser {
  readonly name: string;
  readonly authKey: string;
  readonly privKey: string;
}

/** The keys of a user at one engine. */
export interface LocalKeys {
  readonly auth: Buffer;
  readonly privacy: Buffer;
}

const HASH = 'sha256';
const STRETCHED_BYTES = 1024 * 1024;
export const DIGEST_BYTES = 24;
const SALT_BYTES = 8;
const AES_KEY_BYTES = 16;

export function localKeys({ authKey, privKey }: AgentUser, engineId: Buffer): LocalKeys {
  return { auth: localKey(authKey, engineId), privacy: localKey(privKey, engineId).subarray(0, AES_KEY_BYTES) };
}

/** The pass phrase repeated to a megabyte, hashed, and hashed with the engine's id between (RFC 3414, A.2). */
function localKey(passPhrase: string, engineId: Buffer): Buffer {
  const stretched = createHash(HASH).update(Buffer.alloc(STRETCHED_BYTES, passPhrase)).digest();
  return createHash(HASH).update(stretched).update(engineId).update(stretched).digest();
}

/** Of a message whose own digest is zeros. */
export function digestOf(message: Buffer, { auth }: LocalKeys): Buffer {
  return createHmac(HASH, auth).update(message).digest().subarray(0, DIGEST_BYTES);
}

/** Whether a message is signed with the key; `digest` is a part of it. */
export function isSigned(message: Buffer, digest: Buffer, keys: LocalKeys): boolean {
  if (digest.length !== DIGEST_BYTES) return false;
  const signature = Buffer.from(digest);
  digest.fill(0);
  return timingSafeEqual(signature, digestOf(message, keys));
}

/** The engine's boots and time are a part of what is encrypted with. */
export interface EngineTimes {
  readonly boots: number;
  readonly time: number;
}

export function encrypt(plain: Buffer, { privacy }: LocalKeys, times: EngineTimes): { salt: Buffer; data: Buffer } {
  const salt = randomBytes(SALT_BYTES);
  const cipher = createCipheriv('aes-128-cfb', privacy, vectorOf(times, salt));
  return { salt, data: Buffer.concat([cipher.update(plain), cipher.final()]) };
}

export function decrypt(data: Buffer, { privacy }: LocalKeys, times: EngineTimes, salt: Buffer): Buffer {
  if (salt.length !== SALT_BYTES) throw new RangeError('no salt');
  const decipher = createDecipheriv('aes-128-cfb', privacy, vectorOf(times, salt));
  return Buffer.concat([decipher.update(data), decipher.final()]);
}

function vectorOf({ boots, time }: EngineTimes, salt: Buffer): Buffer {
  const vector = Buffer.alloc(16);
  vector.writeUInt32BE(boots, 0);
  vector.writeUInt32BE(time, 4);
  salt.copy(vector, 8);
  return vector;
}
