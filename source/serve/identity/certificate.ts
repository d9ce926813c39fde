import { keyFields } from './public-key.ts';
import { readWire, writeWire } from './wire.ts';

const SUFFIX = '-cert-v01@openssh.com';
const USER_CERTIFICATE = 1;

/** What of an OpenSSH user certificate says who somebody is. Whether it holds, sshd has checked. */
export interface Certificate {
  readonly keyId: string;
  readonly principals: readonly string[];
}

export function isCertificateType(type: string): boolean {
  return type.endsWith(SUFFIX);
}

/** All of a user certificate, as what is verified. */
export interface WholeCertificate extends Certificate {
  /** The key that it is for, as an SSH public key. */
  readonly key: Buffer;
  /** Seconds since the epoch; `before` is exclusive. */
  readonly validAfter: bigint;
  readonly validBefore: bigint;
  /** By name. */
  readonly criticalOptions: ReadonlyMap<string, Buffer>;
  readonly extensions: ReadonlySet<string>;
  /** The public key of the authority. */
  readonly authority: Buffer;
  /** What the authority signed, and its signature. */
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** Reads who a user certificate is for. Throws an Error if it is none. */
export function parseCertificate(type: string, blob: Buffer): Certificate {
  const { keyId, principals } = readCertificate(type, blob);
  return { keyId, principals };
}

/** Reads a user certificate (OpenSSH's PROTOCOL.certkeys). Whether it holds is not looked at. Throws an Error if it is none. */
export function readCertificate(type: string, blob: Buffer): WholeCertificate {
  const plain = type.slice(0, -SUFFIX.length);
  // A security key's certificate type has the domain once: sk-ssh-ed25519-cert-v01@openssh.com.
  const keyType = keyFields(plain) === undefined ? `${plain}@openssh.com` : plain;
  const fields = keyFields(keyType);
  if (!isCertificateType(type) || fields === undefined) throw new Error('This is no certificate.');
  const wire = readWire(blob);
  if (wire.text() !== type) throw new Error('This is no certificate of the type that it is said to be.');
  wire.bytes(); // nonce
  const key = [Buffer.from(keyType), ...Array.from({ length: fields }, () => wire.bytes())];
  wire.skip(8); // serial
  if (wire.uint32() !== USER_CERTIFICATE) throw new Error('This is no certificate of a user.');
  const keyId = wire.text();
  const list = readWire(wire.bytes());
  const principals: string[] = [];
  while (!list.done) principals.push(list.text());
  const validAfter = wire.uint64();
  const validBefore = wire.uint64();
  const criticalOptions = readOptions(wire.bytes());
  const extensions = new Set(readOptions(wire.bytes()).keys());
  wire.bytes(); // reserved
  const authority = wire.bytes();
  const signed = blob.subarray(0, wire.position);
  const signature = wire.bytes();
  if (!wire.done) throw new Error('There is something behind the certificate.');
  return {
    keyId,
    principals,
    key: writeWire(key),
    validAfter,
    validBefore,
    criticalOptions,
    extensions,
    authority,
    signed,
    signature,
  };
}

/** The data of an option is itself a string in a string; flags have none. */
function readOptions(blob: Buffer): ReadonlyMap<string, Buffer> {
  const wire = readWire(blob);
  const options = new Map<string, Buffer>();
  while (!wire.done) {
    const name = wire.text();
    if (options.has(name)) throw new Error('The certificate names an option twice.');
    const data = wire.bytes();
    options.set(name, data.length === 0 ? data : readWire(data).bytes());
  }
  return options;
}
