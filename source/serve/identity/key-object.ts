import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { parsePublicKey } from './public-key.ts';
import { readWire } from './wire.ts';

/** A public key that signatures can be checked with. */
export interface SshKey {
  /** `sk-ssh-ed25519@openssh.com` */
  readonly type: string;
  readonly fingerprint: string;
  readonly key: KeyObject;
  /** Of a security key: what it signs for, usually `ssh:`; null for others. */
  readonly application: Buffer | null;
}

const CURVES: Readonly<Record<string, { readonly crv: string; readonly bytes: number }>> = {
  nistp256: { crv: 'P-256', bytes: 32 },
  nistp384: { crv: 'P-384', bytes: 48 },
  nistp521: { crv: 'P-521', bytes: 66 },
};
const UNCOMPRESSED = 4;

/** Reads an SSH public key of a kind that operators may have. Throws an Error for all others, and for weak ones. */
export function readKey(blob: Buffer): SshKey {
  const wire = readWire(blob);
  const type = wire.text();
  const { fingerprint } = parsePublicKey(`${type} ${blob.toString('base64')}`);
  const isHardware = type.startsWith('sk-');
  const key = createPublicKey({ key: jwkOf(type, wire), format: 'jwk' });
  return { type, fingerprint, key, application: isHardware ? wire.bytes() : null };
}

function jwkOf(type: string, wire: ReturnType<typeof readWire>): JsonWebKey {
  if (type.includes('ed25519')) return { kty: 'OKP', crv: 'Ed25519', x: wire.bytes().toString('base64url') };
  if (type === 'ssh-rsa') {
    const e = wire.bytes().toString('base64url');
    return { kty: 'RSA', e, n: wire.bytes().toString('base64url') };
  }
  const curve = wire.text();
  const known = CURVES[curve];
  const point = wire.bytes();
  if (known === undefined || !type.includes(curve) || point[0] !== UNCOMPRESSED || point.length !== 1 + 2 * known.bytes)
    throw new Error('This is no key of a curve that is taken.');
  return {
    kty: 'EC',
    crv: known.crv,
    x: point.subarray(1, 1 + known.bytes).toString('base64url'),
    y: point.subarray(1 + known.bytes).toString('base64url'),
  };
}
