import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readPrivateFile } from './private-file.ts';
import { quoted } from './printable.ts';
import { UserError } from './user-error.ts';

/** What audit checkpoints are signed with: an Ed25519 key pair (RFC 8032). */
export interface AuditKey {
  /** The public half: its 32 bytes in base64url. */
  readonly id: string;
  /** The signature, in base64. */
  sign(text: string): string;
}

/** Where the public half is: beside the private one. */
export function publicKeyFile(file: string): string {
  return `${file}.pub`;
}

/**
 * Makes a key pair: the private half in `file`, which its owner alone can read, the public half beside it. PEM, as OpenSSL has them.
 * Throws a `UserError` if there is a file already: a key that is lost cannot be made again.
 */
export function createAuditKey(file: string): AuditKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  write(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
  try {
    write(publicKeyFile(file), publicKey.export({ type: 'spki', format: 'pem' }), 0o644);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
  return keyOf(privateKey);
}

/** Reads the private key of a file whose mode is 0600 or 0400. Throws a `UserError`, which never has anything of the key in it. */
export function readAuditKey(file: string): AuditKey {
  const name = `The audit key ${quoted(file, 200)}`;
  const pem = readPrivateFile(file, name, 'NETUP_AUDIT_KEY_FILE');
  const key = parsed(() => createPrivateKey(pem));
  if (key?.asymmetricKeyType !== 'ed25519') {
    throw new UserError(`${name} has no Ed25519 private key in it; make one with: netup-tui audit key create`);
  }
  return keyOf(key);
}

/** The ids of the public keys in a file: one PEM block or several, so that checkpoints of an earlier key verify too. Throws a `UserError`. */
export function readPublicKeys(file: string): ReadonlySet<string> {
  const name = `The public key file ${quoted(file, 200)}`;
  const blocks = readText(file, name).match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/gu) ?? [];
  const keys = blocks.map((pem) => (pem.includes('PRIVATE') ? null : parsed(() => createPublicKey(pem))));
  if (keys.length === 0 || keys.some((key) => key?.asymmetricKeyType !== 'ed25519')) {
    throw new UserError(`${name} does not hold Ed25519 public keys (PEM) and nothing else.`);
  }
  return new Set(keys.flatMap((key) => (key === null ? [] : [idOf(key)])));
}

/** Whether the private half of the public key `id` made this signature (base64) of the text. False for an id that is no key. */
export function isSignedBy(id: string, text: string, signature: string): boolean {
  const key = parsed(() => createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: id }, format: 'jwk' }));
  return key !== null && idOf(key) === id && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}

function keyOf(key: KeyObject): AuditKey {
  return {
    id: idOf(createPublicKey(key)),
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
  };
}

function idOf(publicKey: KeyObject): string {
  return publicKey.export({ format: 'jwk' }).x ?? '';
}

function parsed(make: () => KeyObject): KeyObject | null {
  try {
    return make();
  } catch {
    return null;
  }
}

function readText(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`${name} cannot be read (${codeOf(error)}).`, { cause: error });
  }
}

function write(file: string, content: string | Buffer, mode: number): void {
  try {
    writeFileSync(file, content, { mode, flag: 'wx', flush: true });
  } catch (error) {
    if (codeOf(error) === 'EEXIST')
      throw new UserError(`${quoted(file, 200)} is there already, and was left as it is.`);
    throw new UserError(`${quoted(file, 200)} cannot be written (${codeOf(error)}).`, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
