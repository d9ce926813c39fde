import { readEncryptionKeys } from '../config/encryption-keys.ts';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { CREDENTIAL_TYPES, type CredentialType } from '../model/credential.ts';
import { SNMP_AUTH_PROTOCOLS, SNMP_PRIVACY_PROTOCOLS } from '../model/snmp-login.ts';
import { addCredential } from '../postgres/credentials.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { openCredentials } from './credentials-scope.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { readSecret } from './read-secret.ts';
import { readSnmpSecret, type SnmpProtocols } from './read-snmp-secret.ts';
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
      auth: {
        type: 'string',
        placeholder: 'HASH',
        help: `of snmp_v3: ${SNMP_AUTH_PROTOCOLS.join(', ')}; sha256 if left out`,
      },
      privacy: {
        type: 'string',
        placeholder: 'CIPHER',
        help: `of snmp_v3: ${SNMP_PRIVACY_PROTOCOLS.join(', ')}, or none; aes if left out`,
      },
    },
    examples: [
      'credentials add routers --type ssh_password --username netops',
      'credentials add routers-key --type ssh_key --username netops < id_ed25519',
      'credentials add poller --type snmp_v3 --username netup --auth sha256 --privacy aes',
    ],
  });
  const name = toName(operands[0] ?? '');
  const type = toType(flags.type);
  const username = toUsername(type, flags.username);
  const protocols = toProtocols(type, flags.auth, flags.privacy);
  const context = openContext(shell.env);
  try {
    refuseIfReadOnly(context, 'add a credential');
    const keys = readEncryptionKeys(shell.env);
    const { id: keyId } = keys.current();
    const { scope, actor, membership } = await openCredentials(context, 'add a credential');
    const secret =
      type === 'snmp_v3' ? await readSnmpSecret(shell, protocols, name) : await readSecret(shell, type, name);
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

function toProtocols(type: CredentialType, givenAuth?: string, givenPrivacy?: string): SnmpProtocols {
  if (type !== 'snmp_v3' && (givenAuth !== undefined || givenPrivacy !== undefined)) {
    return wrong(`--auth and --privacy are for snmp_v3, not for ${type}.`);
  }
  const [auth, privacy] = [givenAuth ?? 'sha256', givenPrivacy ?? 'aes'];
  const [hash, cipher] = [
    SNMP_AUTH_PROTOCOLS.find((one) => one === auth),
    SNMP_PRIVACY_PROTOCOLS.find((one) => one === privacy),
  ];
  if (hash === undefined) return wrong(`${quoted(auth)} is no --auth; it is one of ${SNMP_AUTH_PROTOCOLS.join(', ')}.`);
  if (cipher !== undefined) return { auth: hash, privacy: cipher };
  if (privacy === 'none') return { auth: hash, privacy: null };
  return wrong(`${quoted(privacy)} is no --privacy; it is one of ${SNMP_PRIVACY_PROTOCOLS.join(', ')}, none.`);
}

function wrong(fault: string): never {
  throw new UserError(`netup-tui credentials add: ${fault}`, { exitCode: 2 });
}
