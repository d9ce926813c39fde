import { text } from 'node:stream/consumers';
import ssh2 from 'ssh2';
import { UserError } from '../config/user-error.ts';
import type { CredentialType } from '../model/credential.ts';
import { askHidden } from './ask-password.ts';
import type { Shell } from './shell.ts';

/** Those with one secret: what an SNMPv3 user has is for read-snmp-secret.ts. */
type OneSecret = Exclude<CredentialType, 'snmp_v3'>;

const NOUNS: Readonly<Record<OneSecret, string>> = {
  ssh_password: 'password',
  ssh_key: 'private key',
  snmp_v2c: 'community',
};

/** The longest private key has some 13,000 characters. */
const LONGEST = 64 * 1024;

/**
 * The secret of a new credential: asked for on a terminal, without showing it, or all of standard input; never an argument, which
 * every user of the machine could read. Throws a `UserError` for what cannot be such a secret, without any of it in the message.
 */
export async function readSecret(shell: Shell, type: OneSecret, name: string): Promise<string> {
  const noun = NOUNS[type];
  if (type === 'ssh_key') {
    if (shell.stdin.isTTY) throw new UserError('A private key is read from standard input: add < FILE to the command.');
    return checkKey(await text(shell.stdin));
  }
  const secret = shell.stdin.isTTY
    ? await askHidden(shell, `The ${noun} of ${name}: `)
    : (await text(shell.stdin)).replace(/\r?\n$/u, '');
  if (secret === '') throw new UserError(`There is no ${noun}: type it, or give it on standard input.`);
  if (secret.length > LONGEST || /[\u0000-\u001f\u007f]/u.test(secret)) {
    throw new UserError(
      `The ${noun} has more than one line, or a control character in it, so it is most likely not one.`,
    );
  }
  return secret;
}

function checkKey(key: string): string {
  const parsed = key.length > LONGEST ? new Error('too long') : ssh2.utils.parseKey(key);
  if (parsed instanceof Error) {
    const locked = /encrypted/iu.test(parsed.message);
    throw new UserError(
      locked
        ? 'The private key has a pass phrase: make a copy without (ssh-keygen -p), which is stored encrypted.'
        : 'Standard input is no private key in OpenSSH or PEM form.',
    );
  }
  const [first] = Array.isArray(parsed) ? parsed : [parsed];
  if (first?.isPrivateKey() !== true) throw new UserError('Standard input is a public key; the private one is needed.');
  return key;
}
