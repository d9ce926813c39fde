import { BlockList, isIP } from 'node:net';
import type { WholeCertificate } from './certificate.ts';
import { readKey } from './key-object.ts';
import { isSignedBy } from './signature.ts';

/** Where a certificate is shown, and when. */
export interface CertificateUse {
  /** Fingerprints of the authorities that are trusted. */
  readonly authorities: ReadonlySet<string>;
  readonly now: Date;
  /** The client's address. */
  readonly remote: string;
}

/**
 * Why a user certificate does not hold here; null if it does. `source-address` and `verify-required` are the critical options that are
 * known; one with any other is refused, as the specification asks, and so is `force-command`, since the console is the only command.
 */
export function certificateFault(certificate: WholeCertificate, use: CertificateUse): string | null {
  const { authority, signed, signature, validAfter, validBefore, principals, criticalOptions, extensions } =
    certificate;
  let signer;
  try {
    signer = readKey(authority);
  } catch {
    return 'its authority has no key of a kind that is taken';
  }
  if (!use.authorities.has(signer.fingerprint)) return 'its authority is not trusted';
  if (!isSignedBy(signer, signed, signature)) return 'its signature is wrong';
  const seconds = BigInt(Math.floor(use.now.getTime() / 1000));
  if (seconds < validAfter) return 'it is not valid yet';
  if (seconds >= validBefore) return 'it is not valid any more';
  if (principals.length === 0) return 'it names no principal';
  for (const [name, value] of criticalOptions) {
    if (name === 'verify-required') continue;
    if (name !== 'source-address') return `its critical option ${name} is not known here`;
    if (!isAddressIn(use.remote, value.toString('utf8'))) return 'it is not for the address that it is used from';
  }
  return extensions.has('permit-pty') ? null : 'it does not permit a terminal';
}

/** Whether an address is in a list of addresses and networks, `192.0.2.0/24,2001:db8::/32`; false if anything in the list is neither. */
function isAddressIn(address: string, list: string): boolean {
  const allowed = new BlockList();
  for (const entry of list.split(',')) {
    const [network = '', bits] = entry.trim().split('/');
    const version = isIP(network);
    const most = version === 6 ? 128 : 32;
    const prefix = bits === undefined ? most : Number(bits);
    if (version === 0 || !/^\d{0,3}$/u.test(bits ?? '') || bits === '' || prefix > most) return false;
    allowed.addSubnet(network, prefix, version === 6 ? 'ipv6' : 'ipv4');
  }
  const version = isIP(address);
  return version !== 0 && allowed.check(address, version === 6 ? 'ipv6' : 'ipv4');
}
