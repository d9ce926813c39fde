import { createHash } from 'node:crypto';
import { cleanLine } from '../../model/text.ts';
import { readWire } from './wire.ts';

/** An SSH public key, as a `.pub` file has it. */
export interface PublicKey {
  /** `ssh-ed25519` */
  readonly type: string;
  /** Base64. */
  readonly data: string;
  readonly comment: string;
  /** `SHA256:...`, as `ssh-keygen -l` writes it. */
  readonly fingerprint: string;
}

/** The kinds of key that operators may have, and how many fields they have after the type. */
const KEY_FIELDS: Readonly<Record<string, number>> = {
  'ssh-ed25519': 1,
  'sk-ssh-ed25519@openssh.com': 2,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'sk-ecdsa-sha2-nistp256@openssh.com': 3,
  'ssh-rsa': 2,
};

const KEY_TYPES: readonly string[] = Object.keys(KEY_FIELDS);

/** Shorter moduli can be factored with money. */
const LEAST_RSA_BITS = 2048;

/** Reads one line of a `.pub` file: no options before it, no certificate, no private key. Throws an Error with the fault, as a clause. */
export function parsePublicKey(line: string): PublicKey {
  const [type = '', data = '', ...comment] = line.trim().split(/[ \t]+/u);
  const fields = keyFields(type);
  if (fields === undefined) throw new Error(`is no public key of a type that is taken (${KEY_TYPES.join(', ')})`);
  const blob = Buffer.from(data, 'base64');
  if (blob.toString('base64') !== data) throw new Error('is cut off or spoilt: its second word is not base64');
  const last = lastField(blob, type, fields);
  if (last === null) throw new Error(`is cut off or spoilt: its second word is no key of the type ${type}`);
  if (type === 'ssh-rsa' && bits(last) < LEAST_RSA_BITS) {
    throw new Error(`is an RSA key of ${bits(last)} bits; ${LEAST_RSA_BITS} are the least`);
  }
  return { type, data, comment: cleanLine(comment.join(' ')).slice(0, 200), fingerprint: fingerprintOf(blob) };
}

/** The number of fields that a key of this type has, also within its certificate; undefined for other types. */
export function keyFields(type: string): number | undefined {
  return Object.hasOwn(KEY_FIELDS, type) ? KEY_FIELDS[type] : undefined;
}

export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/u, '')}`;
}

/** The last field of the key; null if it is not whole. */
function lastField(blob: Buffer, type: string, fields: number): Buffer | null {
  try {
    const wire = readWire(blob);
    if (wire.text() !== type) return null;
    const found = Array.from({ length: fields }, () => wire.bytes());
    return wire.done ? (found.at(-1) ?? null) : null;
  } catch {
    return null;
  }
}

function bits(mpint: Buffer): number {
  const start = mpint.findIndex((byte) => byte !== 0);
  return start === -1 ? 0 : (mpint.length - start) * 8 - Math.clz32(mpint[start] ?? 0) + 24;
}
