import type { AuthContext, PublicKeyAuthContext } from 'ssh2';
import { isCertificateType, readCertificate } from './identity/certificate.ts';
import { certificateFault, type CertificateUse } from './identity/check-certificate.ts';
import type { Vouched } from './identity/find-vouched.ts';
import { readKey } from './identity/key-object.ts';
import { isSignedBy } from './identity/signature.ts';
import { writeWire } from './identity/wire.ts';

/** What authentication asks of the rest. */
export interface Identities {
  /** Whether an operator has it, also a disabled one, who is told so later. Rejects while the database is away. */
  readonly isKnown: (vouched: Vouched) => Promise<boolean>;
  readonly authorities: ReadonlySet<string>;
  readonly now: () => Date;
}

export type Verdict =
  | { readonly accepted: true; readonly vouched: Vouched; readonly proved: boolean }
  | { readonly accepted: false; readonly why: string };

/**
 * Decides about one attempt to log in with a key or certificate: whether it is an operator's, and, where the client signed, whether the
 * signature is that of the key over this very connection. Never rejects.
 */
export async function judge(
  context: PublicKeyAuthContext,
  remote: string,
  { isKnown, authorities, now }: Identities,
): Promise<Verdict> {
  try {
    const offered = readOffer(context, { authorities, now: now(), remote });
    if (typeof offered === 'string') return { accepted: false, why: offered };
    const proved = context.signature !== undefined;
    // First the signature: a stranger who cannot sign learns nothing of whose key it is, and costs no query twice.
    if (proved && !offered.isSigned()) return { accepted: false, why: 'the signature is wrong' };
    if (!(await isKnown(offered.vouched))) return { accepted: false, why: 'no operator has it' };
    return { accepted: true, vouched: offered.vouched, proved };
  } catch (error) {
    return { accepted: false, why: error instanceof Error ? error.message : 'it cannot be read' };
  }
}

interface Offer {
  readonly vouched: Vouched;
  isSigned(): boolean;
}

/** Reads what is offered; the sentence says why it is not taken. */
function readOffer(context: PublicKeyAuthContext, use: CertificateUse): Offer | string {
  const { algo, data } = context.key;
  if (!isCertificateType(algo)) {
    const key = readKey(data);
    if (key.type !== algo) return 'it is a key of another kind than it is said to be';
    return {
      vouched: { kind: 'key', fingerprint: key.fingerprint },
      isSigned: () => isSignedBy(key, signedBlob(context), wholeSignature(context, key.type)),
    };
  }
  // With RSA the client names the hash in the algorithm, and the certificate does not.
  const certificate = readCertificate(algo.replace(/^rsa-sha2-(?:256|512)-cert/u, 'ssh-rsa-cert'), data);
  const fault = certificateFault(certificate, use);
  if (fault !== null) return `the certificate is refused: ${fault}`;
  const key = readKey(certificate.key);
  const { keyId, principals, criticalOptions } = certificate;
  return {
    vouched: { kind: 'certificate', keyId, principals },
    isSigned: () =>
      isSignedBy(key, signedBlob(context), context.signature ?? Buffer.alloc(0), {
        verified: criticalOptions.has('verify-required'),
      }),
  };
}

/** What the client signed: the id of this connection, and the request. ssh2 puts them together. */
function signedBlob({ blob }: AuthContext & { readonly blob?: Buffer }): Buffer {
  return blob ?? Buffer.alloc(0);
}

/**
 * The signature of a plain key in SSH's wire form. ssh2 has taken the algorithm and the length off, and for ECDSA has turned the pair of
 * numbers into ASN.1; of a certificate's it leaves all as it came.
 */
function wholeSignature({ signature = Buffer.alloc(0), hashAlgo }: PublicKeyAuthContext, type: string): Buffer {
  if (type === 'ssh-rsa') {
    // Without a hash it is SHA-1, and the name is one that nothing verifies.
    const name = hashAlgo === undefined ? 'ssh-rsa' : `rsa-sha2-${hashAlgo.slice(3)}`;
    return writeWire([Buffer.from(name), signature]);
  }
  if (type.startsWith('sk-')) {
    const end = signature.length - 5;
    if (end < 0) return signature;
    return Buffer.concat([writeWire([Buffer.from(type), signature.subarray(0, end)]), signature.subarray(end)]);
  }
  const value = type.startsWith('ecdsa-') ? pairOf(signature) : signature;
  return writeWire([Buffer.from(type), value]);
}

/** The two numbers of an ASN.1 SEQUENCE, as SSH writes them. */
function pairOf(der: Buffer): Buffer {
  // SEQUENCE, its length in one byte or two, INTEGER r, INTEGER s.
  let at = der[1] === 0x81 ? 3 : 2;
  const numbers = [0, 1].map(() => {
    const length = der[at + 1] ?? 0;
    at += 2 + length;
    return der.subarray(at - length, at);
  });
  return writeWire(numbers);
}
