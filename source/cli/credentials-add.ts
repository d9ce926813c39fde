import { readEncryptionKeys } from '../config/encryption-keys.ts';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { CREDENTIAL_TYPES, type CredentialType } from '../model/credential.ts';
import { addCredential } from '../postgres/credentials.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { openCredentials } from './credentials-scope.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { readSecret } from './read-secret.ts';
import { print, type Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'credentials add',
    operands: 'NAME',
    count: [1, 1],
    purpose:
      'Stores a login to devices, encrypted with the current key of NETUP_KEY_FILE. The secret is asked for, or read from standard input. Audited.',
    flags: {
      type: { type: 'string', placeholder: 'TYPE', help: CREDENTIAL_TYPES.join(', ') },
      username: { type: 'string', placeholder: 'USER', help: 'the login; not for snmp_v2c' },
    },
    examples: [
      'credentials add routers --type ssh_password --username netops',
      'credentials add routers-key --type ssh_key --username netops < id_ed25519',
    ],
  });
  const name = toName(operands[0] ?? '');
  const type = toType(flags.type);
  const username = toUsername(type, flags.username);
  const context = openContext(shell.env);
  try {
    refuseIfReadOnly(context, 'add a credential');
    const keys = readEncryptionKeys(shell.env);
    const { id: keyId } = keys.current();
    const { scope, actor, membership } = await openCredentials(context, 'add a credential');
    const secret = await readSecret(shell, type, name);
    await addCredential(scope, actor, keys, { name, type, username, secret });
    print(shell.stdout, `${name} (${membership.slug}) is stored, encrypted with the key ${keyId}.`);
    return 0;
  } finally {
    await context.close();
  }
};

function toName(written: string): string {
  if (/^[A-Za-z0-9][\w.@-]{0,62}$/u.test(written)) return written;
  return wrong(`${quoted(written)} is no name: up to 63 letters, digits and the characters _ . @ -`);
}

function toType(written: string | undefined): CredentialType {
  const type = CREDENTIAL_TYPES.find((candidate) => candidate === written);
  if (type !== undefined) return type;
  const fault = written === undefined ? '--type is missing' : `${quoted(written)} is no type`;
  return wrong(`${fault}; it is one of ${CREDENTIAL_TYPES.join(', ')}.`);
}

function toUsername(type: CredentialType, written: string | undefined): string | null {
  if (type === 'snmp_v2c') return written === undefined ? null : wrong('snmp_v2c has no user: leave out --username.');
  if (written === undefined) return wrong(`${type} needs --username USER.`);
  if (/^[\u0021-\u007e]{1,64}$/u.test(written)) return written;
  return wrong(`${quoted(written)} is no login: up to 64 printable ASCII characters without spaces.`);
}

function wrong(fault: string): never {
  throw new UserError(`netup-tui credentials add: ${fault}`, { exitCode: 2 });
}
