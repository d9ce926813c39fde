import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../config/user-error.ts';
import { isCertificateType, parseCertificate } from '../../serve/identity/certificate.ts';
import type { Vouched } from '../../serve/identity/find-vouched.ts';
import { fingerprintOf } from '../../serve/identity/public-key.ts';

/** More is not what sshd writes. */
const LARGEST = 64 * 1024;

/**
 * What sshd vouches for: the file that it names in SSH_USER_AUTH when `ExposeAuthInfo yes` is set. sshd makes it as the account that logged
 * in, closed to others. Throws a `UserError` unless all that is in it is public keys or certificates, at least one.
 */
export function readAuthentication(file: string | undefined): readonly Vouched[] {
  if (file === undefined || file === '') {
    throw new UserError(
      'sshd does not say who you are: its configuration needs ExposeAuthInfo yes for this account (docs/ssh.md).',
    );
  }
  const methods = readOwnFile(file)
    .split('\n')
    .filter((line) => line !== '');
  if (methods.length === 0) throw notVouched('it is empty');
  return methods.map(vouched);
}

function vouched(line: string): Vouched {
  const [method, type = '', data = ''] = line.split(' ');
  if (method !== 'publickey') throw notVouched('it has more than public keys and certificates in it');
  const blob = Buffer.from(data, 'base64');
  if (blob.length === 0) throw notVouched('a key in it is cut off');
  if (!isCertificateType(type)) return { kind: 'key', fingerprint: fingerprintOf(blob) };
  try {
    return { kind: 'certificate', ...parseCertificate(type, blob) };
  } catch (error) {
    throw notVouched('a certificate in it cannot be read', error);
  }
}

/** Of the open file, so that nobody can exchange it between the look and the reading. */
function readOwnFile(file: string): string {
  if (!path.isAbsolute(file)) throw notVouched('its path is not absolute');
  let descriptor;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw notVouched('it cannot be read', error);
  }
  try {
    const stat = fstatSync(descriptor);
    const ours = stat.uid === 0 || stat.uid === process.getuid?.();
    if (!stat.isFile() || stat.size > LARGEST) throw notVouched('it is not what sshd writes');
    if (!ours || (stat.mode & 0o077) !== 0) throw notVouched('others than this account can write or read it');
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

function notVouched(fault: string, cause?: unknown): UserError {
  return new UserError(`The file that SSH_USER_AUTH names does not say who you are: ${fault}.`, { cause });
}
