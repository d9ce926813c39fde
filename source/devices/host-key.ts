import { createHash } from 'node:crypto';
import { DeviceError } from './device-error.ts';

/**
 * Which host key a device may show. `expect`: this fingerprint (`SHA256:...`) and no other. `learn`: a key that is not known
 * yet is handed over, and true accepts it. There is no way to leave the check out.
 */
export type HostKeyRule = { readonly expect: string } | { readonly learn: (fingerprint: string) => boolean };

/** A public key's fingerprint as OpenSSH prints it: `SHA256:` and the digest in base64 without padding. */
export function hostKeyFingerprint(publicKey: Buffer): string {
  return `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/u, '')}`;
}

/** The fault of a key under a rule; null if the key may be trusted. */
export function hostKeyFault(rule: HostKeyRule, fingerprint: string, device: string): DeviceError | null {
  if ('learn' in rule) {
    if (rule.learn(fingerprint)) return null;
    const message = `The host key ${fingerprint} of ${device} was not accepted, and no login was tried.`;
    return new DeviceError('host_key', message);
  }
  if (rule.expect.replace(/=+$/u, '') === fingerprint) return null;
  const message = `${device} shows the host key ${fingerprint} where ${rule.expect} is expected, and no login was tried.`;
  return new DeviceError('host_key', message);
}
