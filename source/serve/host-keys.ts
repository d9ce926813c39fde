import { existsSync } from 'node:fs';
import path from 'node:path';
import ssh2 from 'ssh2';
import { writeNewPrivateFile } from '../config/new-private-file.ts';
import { makePrivateFolder } from '../config/paths.ts';
import { readPrivateFile } from '../config/private-file.ts';
import { UserError } from '../config/user-error.ts';
import { fingerprintOf } from './identity/public-key.ts';

/** A key that the server proves itself with. */
export interface HostKey {
  readonly type: string;
  /** Private half, in OpenSSH's form. */
  readonly text: string;
  /** `SHA256:...` */
  readonly fingerprint: string;
  /** `ssh-ed25519 AAAA...`, as for `known_hosts`. */
  readonly publicLine: string;
}

const KINDS = [
  { file: 'host_ed25519_key', make: () => ssh2.utils.generateKeyPairSync('ed25519') },
  { file: 'host_ecdsa_key', make: () => ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }) },
] as const;

/** Reads the server's host keys, in the order of preference; makes those that are not there yet. Throws a `UserError`. */
export function openHostKeys(folder: string): readonly HostKey[] {
  makePrivateFolder(folder);
  return KINDS.map(({ file, make }) => {
    const name = path.join(folder, file);
    if (!existsSync(name)) writeOnce(name, makeKey(make));
    return readHostKey(name);
  });
}

/** The host keys that a server has made in the folder; none if there was none. Makes nothing. Throws a `UserError`. */
export function readHostKeys(folder: string): readonly HostKey[] {
  return KINDS.map(({ file }) => path.join(folder, file))
    .filter((file) => existsSync(file))
    .map(readHostKey);
}

/** A key pair in OpenSSH's form that can be read again. */
export function makeKey(make: () => { readonly private: string; readonly public: string }): string {
  // About 1 ed25519 key in 256 comes out unreadable: ssh2 1.17 drops the zero bytes that a public key may begin with.
  for (;;) {
    const text = make().private;
    if (parse(text) !== null) return text;
  }
}

/** Two servers that start at once on one folder end up with the same keys. */
function writeOnce(file: string, text: string): void {
  try {
    writeNewPrivateFile(file, text, 'NETUP_STATE_DIR');
  } catch (error) {
    if (!existsSync(file)) throw error;
  }
}

function readHostKey(file: string): HostKey {
  const text = readPrivateFile(file, `The host key ${file}`, 'NETUP_STATE_DIR');
  const key = parse(text);
  if (key === null) {
    throw new UserError(
      `The host key ${file} is spoilt: put it back from a backup, or remove it for a new one, which every client will ask about.`,
    );
  }
  const blob = key.getPublicSSH();
  const publicLine = `${key.type} ${blob.toString('base64')}`;
  return { type: key.type, text, fingerprint: fingerprintOf(blob), publicLine };
}

/** Null for what is no private key that signs what its public half verifies. */
function parse(text: string): ssh2.ParsedKey | null {
  const found = ssh2.utils.parseKey(text);
  const key = Array.isArray(found) ? found[0] : found;
  if (key === undefined || key instanceof Error || !key.isPrivateKey()) return null;
  const proof = Buffer.from('netup-tui');
  const signature = key.sign(proof);
  return signature instanceof Error || key.verify(proof, signature) !== true ? null : key;
}
