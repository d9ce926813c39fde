import { createHash } from 'node:crypto';
import ssh2 from 'ssh2';

/** A new ed25519 private key in OpenSSH form, for {@link SimulatedFleet} hosts. */
export function generateHostKey(): string {
  // About 1 key in 256 comes out unreadable: ssh2 1.17 drops the zero bytes that a public key may begin with.
  for (;;) {
    const key = ssh2.utils.generateKeyPairSync('ed25519').private;
    if (!(ssh2.utils.parseKey(key) instanceof Error)) return key;
  }
}

/** The fingerprint (`SHA256:...`) of a private key's public half. Throws for text that is no such key. */
export function fingerprintOf(privateKey: string): string {
  const parsed = ssh2.utils.parseKey(privateKey);
  const key = Array.isArray(parsed) ? undefined : parsed;
  if (key === undefined || key instanceof Error || !key.isPrivateKey()) throw new TypeError('not a private host key');
  return `SHA256:${createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/u, '')}`;
}
