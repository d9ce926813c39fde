import { UserError } from '../config/user-error.ts';
import type { Database } from '../postgres/database.ts';
import { findByIdentity } from '../postgres/operator-keys.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { print, type Run, type Shell } from './shell.ts';
import { isCertificateType, parseCertificate } from '../serve/identity/certificate.ts';
import { readEnvironmentFile } from './ssh/environment-file.ts';
import { fingerprintOf } from '../serve/identity/public-key.ts';

// What sshd runs while somebody logs in, with the key that they offer. Nothing printed: not let in. Disabled operators are let in as far as
// the sentence that says so.

/** sshd's AuthorizedKeysCommand: prints the key as a line of `authorized_keys` if it is an operator's. */
export const keys: Run = async (argv, shell) => {
  const { file, blob } = readArguments('operators keys authorized', 'the key', argv);
  const owners = await withDatabase(shell, file, (database) => findByIdentity(database, 'key', [fingerprintOf(blob)]));
  for (const { keyType, keyData } of owners) print(shell.stdout, `restrict,pty ${keyType ?? ''} ${keyData ?? ''}`);
  return 0;
};

/** sshd's AuthorizedPrincipalsCommand: prints the principals of the certificate that stand for operators. */
export const principals: Run = async (argv, shell) => {
  const { file, type, blob } = readArguments(
    'operators principals authorized',
    'the principals of the certificate',
    argv,
  );
  if (!isCertificateType(type)) return 0;
  const certificate = parseCertificate(type, blob);
  const owners = await withDatabase(shell, file, (database) =>
    findByIdentity(database, 'principal', certificate.principals),
  );
  for (const { identity } of owners) print(shell.stdout, `restrict,pty ${identity}`);
  return 0;
};

function readArguments(
  command: string,
  what: string,
  argv: readonly string[],
): { readonly file: string; readonly type: string; readonly blob: Buffer } {
  const { flags, operands } = readCommandLine(argv, {
    name: command,
    operands: 'TYPE KEY',
    count: [2, 2],
    purpose: `For sshd (docs/ssh.md): prints ${what} if an operator may log in with it. TYPE and KEY are sshd's %t and %k.`,
    flags: { variables: { type: 'string', placeholder: 'FILE', help: 'the file with the variables; needed' } },
  });
  if (flags.variables === undefined) {
    throw new UserError(`netup-tui ${command}: --variables FILE is missing.`, { exitCode: 2 });
  }
  return { file: flags.variables, type: operands[0] ?? '', blob: Buffer.from(operands[1] ?? '', 'base64') };
}

async function withDatabase<T>(shell: Shell, file: string, work: (database: Database) => Promise<T>): Promise<T> {
  const context = openContext({ HOME: shell.env['HOME'], ...readEnvironmentFile(file) });
  try {
    return await work(context.database);
  } finally {
    await context.close();
  }
}
