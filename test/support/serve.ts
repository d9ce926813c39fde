import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ssh2, { type Client } from 'ssh2';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { makeKey } from '../../source/serve/host-keys.ts';
import { parsePublicKey } from '../../source/serve/identity/public-key.ts';
import { type Cli, databaseVariables, type RunningProgram } from './cli.ts';
import type { TestDatabase } from './postgres.ts';
import { type ScreenOptions, sshConnect, SshScreen } from './ssh-screen.ts';

/** Operators with a key each: ana and ben as seeded, dora a viewer of acme, gwen an operator of globex; nobody has the stranger's. */
const PEOPLE = ['ana', 'ben', 'dora', 'gwen', 'stranger'] as const;

export type Person = (typeof PEOPLE)[number];

export interface ServedConsoles {
  /** Private halves, in OpenSSH's form. */
  readonly keys: Readonly<Record<Person, string>>;
  /** A file of the test file's own. */
  file(name: string): string;
  /** Starts a server; gives it and the port that it says. */
  readonly start: (env?: Readonly<Record<string, string>>) => Promise<[RunningProgram, number]>;
  connect(who: Person, port: number): Promise<Client>;
  open(who: Person, port: number, options?: ScreenOptions): Promise<SshScreen>;
  /** What a command prints for ada, an admin of acme. */
  readonly admin: (...argv: readonly string[]) => Promise<string>;
  /** Lets an operator log in with a key or a principal from now on. */
  allow(who: string, identity: { readonly publicLine: string } | { readonly principal: string }): Promise<void>;
}

/** The built-in server on a database of its own, with people who may log in. */
export function useServedConsoles(cli: Cli, database: TestDatabase): ServedConsoles {
  const folder = mkdtempSync(path.join(tmpdir(), 'netup-serve-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const keys = {
    ana: newKey(),
    ben: newKey(),
    dora: newKey(),
    gwen: newKey(),
    stranger: newKey(),
  };
  const clients: Client[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) client.end();
  });
  const variables = (): Record<string, string> => databaseVariables(database.settings('app_user'));

  const allow: ServedConsoles['allow'] = async (who, identity) => {
    const key = 'publicLine' in identity ? parsePublicKey(identity.publicLine) : null;
    const row = {
      kind: key === null ? 'principal' : 'key',
      identity: 'principal' in identity ? identity.principal : (key?.fingerprint ?? ''),
      key_type: key?.type ?? null,
      key_data: key?.data ?? null,
      comment: 'for a test',
    };
    await database.admin`INSERT INTO operator_keys (operator_id, kind, identity, key_type, key_data, comment)
      SELECT id, ${row.kind}, ${row.identity}, ${row.key_type}, ${row.key_data}, ${row.comment} FROM operators WHERE name = ${who}`;
  };

  beforeAll(async () => {
    const { acme, globex } = await database.seed();
    for (const [name, organization, role] of [
      ['dora', acme.id, 'viewer'],
      ['gwen', globex.id, 'operator'],
    ] as const) {
      await database.admin`
        WITH added AS (INSERT INTO operators (name, display_name) VALUES (${name}, ${name}) RETURNING id)
        INSERT INTO organization_members (organization_id, operator_id, role) SELECT ${organization}, id, ${role} FROM added`;
    }
    for (const name of ['ana', 'ben', 'dora', 'gwen'] as const)
      await allow(name, { publicLine: publicLine(keys[name]) });
  });

  const connect = async (who: Person, port: number): Promise<Client> => {
    const client = await sshConnect(port, keys[who]);
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  };
  return {
    keys,
    allow,
    connect,
    file: (name) => path.join(folder, name),
    async start(env = {}) {
      const program = cli.start(['serve', '--port', '0'], { ...variables(), NETUP_SERVE_PER_ADDRESS: '200', ...env });
      const line = await program.firstLine;
      return [program, Number(/^The console is served at 127\.0\.0\.1 port (\d+)\.$/u.exec(line)?.[1])];
    },
    open: async (who, port, options) => SshScreen.open(await connect(who, port), options),
    async admin(...argv) {
      const who = { NETUP_OPERATOR: 'ada', NETUP_ORGANIZATION: 'acme' };
      const result = await cli.run(argv, { ...variables(), ...who });
      return result.stdout + result.stderr;
    },
  };
}

function newKey(): string {
  return makeKey(() => ssh2.utils.generateKeyPairSync('ed25519'));
}

/** `ssh-ed25519 AAAA...` of a private key. */
function publicLine(privateKey: string): string {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  return `${key.type} ${key.getPublicSSH().toString('base64')}`;
}
