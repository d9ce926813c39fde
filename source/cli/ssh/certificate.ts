import { keyFields } from './public-key.ts';
import { readWire } from './wire.ts';

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

/** Reads a user certificate (OpenSSH's PROTOCOL.certkeys). Throws an Error if it is none. */
export function parseCertificate(type: string, blob: Buffer): Certificate {
  const plain = type.slice(0, -SUFFIX.length);
  // A security key's certificate type has the domain once: sk-ssh-ed25519-cert-v01@openssh.com.
  const fields = keyFields(plain) ?? keyFields(`${plain}@openssh.com`);
  if (!isCertificateType(type) || fields === undefined) throw new Error('This is no certificate.');
  const wire = readWire(blob);
  if (wire.text() !== type) throw new Error('This is no certificate of the type that it is said to be.');
  wire.bytes(); // nonce
  for (let field = 0; field < fields; field += 1) wire.bytes();
  wire.skip(8); // serial
  if (wire.uint32() !== USER_CERTIFICATE) throw new Error('This is no certificate of a user.');
  const keyId = wire.text();
  const list = readWire(wire.bytes());
  const principals: string[] = [];
  while (!list.done) principals.push(list.text());
  return { keyId, principals };
}
