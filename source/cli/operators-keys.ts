import { readFile } from 'node:fs/promises';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { addIdentity, type NewIdentity, removeIdentity } from '../postgres/operator-admin.ts';
import { listOperatorKeys } from '../postgres/operator-keys.ts';
import { asAdministrator } from './as-administrator.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { toOperatorName } from './operator-operands.ts';
import { findSession, startMembership } from './session.ts';
import { print, type Run } from './shell.ts';
import { parsePublicKey } from '../serve/identity/public-key.ts';
import { textTable } from './text-table.ts';

export const add: Run = async (argv, shell) => {
  const command = 'operators keys add';
  const { flags, operands } = readCommandLine(argv, {
    name: command,
    operands: 'NAME [FILE]',
    count: [1, 2],
    purpose:
      'Lets an operator log in over SSH with a public key (FILE, as ssh-keygen makes it), or with certificates of a principal. Whoever has the ' +
      'private key is that operator in every organization of theirs: for the administrator of the database (PG_ADMIN_USER). Audited.',
    flags: { principal: { type: 'string', placeholder: 'NAME', help: 'of certificates, instead of FILE' } },
    examples: ['operators keys add ana id_ed25519.pub', 'operators keys add ana --principal ana@noc'],
  });
  const name = toOperatorName(command, operands[0]);
  const file = operands[1];
  if ((file === undefined) === (flags.principal === undefined)) {
    throw new UserError(`netup-tui ${command}: give FILE or --principal NAME.`, { exitCode: 2 });
  }
  const identity = file === undefined ? principal(flags.principal ?? '') : await readKey(file);
  const added = await asAdministrator(shell, command, (admin) => addIdentity(admin, name, identity));
  print(shell.stdout, `${identity.identity} stands for ${name}${added ? '' : ' already'}.`);
  return 0;
};

export const remove: Run = async (argv, shell) => {
  const command = 'operators keys remove';
  const { operands } = readCommandLine(argv, {
    name: command,
    operands: 'NAME IDENTITY',
    count: [2, 2],
    purpose:
      'Takes a key (its fingerprint, SHA256:...) or a principal away from an operator; consoles that it opened end. For the administrator ' +
      'of the database (PG_ADMIN_USER). Audited.',
    flags: {},
    examples: ['operators keys remove ana ana@noc'],
  });
  const name = toOperatorName(command, operands[0]);
  const identity = operands[1] ?? '';
  await asAdministrator(shell, command, (admin) => removeIdentity(admin, name, identity));
  print(shell.stdout, `${identity} does not stand for ${name} any more.`);
  return 0;
};

export const list: Run = async (argv, shell) => {
  const command = 'operators keys list';
  const { flags, operands } = readCommandLine(argv, {
    name: command,
    operands: 'NAME',
    count: [1, 1],
    purpose: 'Lists the keys and principals that a member of your organization logs in with, and those of before.',
    flags: { json: { type: 'boolean', help: 'print JSON' } },
    examples: ['operators keys list ana'],
  });
  const name = toOperatorName(command, operands[0]);
  const context = openContext(shell.env);
  try {
    const session = await findSession(context.database, context.settings);
    const { organizationId, slug } = startMembership(session, context.settings.organization);
    const keys = await listOperatorKeys(context.database.organization(organizationId), name);
    if (flags.json === true) print(shell.stdout, JSON.stringify(keys));
    else if (keys.length === 0) print(shell.stdout, `${name} has no keys, or is no member of ${slug}.`);
    else {
      const rows = keys.map(({ identity, kind, keyType, addedAt, removedAt, comment }) => [
        identity,
        keyType ?? kind,
        day(addedAt),
        removedAt === null ? 'in use' : `removed ${day(removedAt)}`,
        comment,
      ]);
      print(shell.stdout, ...textTable([['IDENTITY', 'TYPE', 'ADDED', 'STATE', 'COMMENT'], ...rows]));
    }
    return 0;
  } finally {
    await context.close();
  }
};

function day(time: Date): string {
  return time.toISOString().slice(0, 10);
}

function principal(written: string): NewIdentity {
  if (!/^[A-Za-z0-9][A-Za-z0-9._@:+-]{0,127}$/u.test(written)) {
    throw new UserError(
      `netup-tui operators keys add: ${quoted(written)} is no principal: up to 128 letters, digits and the characters . _ @ : + -`,
      { exitCode: 2 },
    );
  }
  return { kind: 'principal', identity: written, keyType: null, keyData: null, comment: '' };
}

/** What the file holds is never shown: it may be the private key by mistake. */
async function readKey(file: string): Promise<NewIdentity> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new UserError(`The key ${quoted(file)} cannot be read (${reason}).`, { cause: error });
  });
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const [line = ''] = lines;
  try {
    if (lines.length > 1)
      throw new Error('has more than one line: give the file with the public key, one key at a time');
    const { type, data, comment, fingerprint } = parsePublicKey(line);
    return { kind: 'key', identity: fingerprint, keyType: type, keyData: data, comment };
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    throw new UserError(`The file ${quoted(file)} ${fault}.`, { cause: error });
  }
}
