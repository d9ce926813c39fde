import { createHash, verify } from 'node:crypto';
import type { SshKey } from './key-object.ts';
import { readWire, type WireReader } from './wire.ts';

/** The hash of each way to sign that is taken; null: the way has its own. SHA-1 (`ssh-rsa`) is not among them. */
const HASHES: Readonly<Record<string, string | null>> = {
  'ssh-ed25519': null,
  'sk-ssh-ed25519@openssh.com': null,
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
  'sk-ecdsa-sha2-nistp256@openssh.com': 'sha256',
  'rsa-sha2-256': 'sha256',
  'rsa-sha2-512': 'sha512',
};

/** Someone touched the security key; someone proved to it who they are. */
const TOUCHED = 1;
const VERIFIED = 4;

export interface SignatureRules {
  /** A security key must have asked for its PIN or a finger, not for a touch alone. */
  readonly verified?: boolean;
}

/** Whether the key made this signature (in SSH's wire form) of the message. False for whatever is no signature. */
export function isSignedBy(key: SshKey, message: Buffer, signature: Buffer, rules: SignatureRules = {}): boolean {
  try {
    const wire = readWire(signature);
    const algorithm = wire.text();
    const hash = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
    if (hash === undefined || !belongs(algorithm, key)) return false;
    const value = wire.bytes();
    const signed = key.application === null ? message : bySecurityKey(key.application, message, wire, rules);
    if (signed === null || !wire.done) return false;
    if (key.key.asymmetricKeyType !== 'ec') return verify(hash, signed, key.key, value);
    return verify(hash, signed, { key: key.key, dsaEncoding: 'ieee-p1363' }, plainPair(value, curveBytes(key.type)));
  } catch {
    return false;
  }
}

function belongs(algorithm: string, { type }: SshKey): boolean {
  return type === 'ssh-rsa' ? algorithm.startsWith('rsa-sha2-') : algorithm === type;
}

/** What a security key signs instead of the message (OpenSSH's PROTOCOL.u2f); null if nobody touched it. */
function bySecurityKey(application: Buffer, message: Buffer, wire: WireReader, rules: SignatureRules): Buffer | null {
  const rest = wire.take(5); // flags, counter
  const flags = rest[0] ?? 0;
  const wanted = TOUCHED | (rules.verified === true ? VERIFIED : 0);
  if ((flags & wanted) !== wanted) return null;
  return Buffer.concat([sha256(application), rest, sha256(message)]);
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}

function curveBytes(type: string): number {
  if (type.includes('nistp521')) return 66;
  return type.includes('nistp384') ? 48 : 32;
}

/** Two numbers of any length as two of the curve's. */
function plainPair(value: Buffer, size: number): Buffer {
  const wire = readWire(value);
  const pair = [wire.bytes(), wire.bytes()].map((number) => {
    const digits = number.subarray(number.findIndex((byte) => byte !== 0));
    if (digits.length > size) throw new RangeError('The number is larger than the curve.');
    return Buffer.concat([Buffer.alloc(size - digits.length), digits]);
  });
  return Buffer.concat(pair);
}
