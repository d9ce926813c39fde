import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { PostgresSettings } from '../source/config/settings.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../source/demo/embedded-server.ts';
import { type Database, openDatabase } from '../source/postgres/database.ts';
import { addCredential, removeCredential } from '../source/postgres/credentials.ts';
import { revealCredential } from '../source/postgres/reveal-credential.ts';
import { migrate } from '../source/postgres/migrate.ts';
import { rotateCredentials } from '../source/postgres/rotate-credentials.ts';
import { secretTransaction } from '../source/postgres/secret-transaction.ts';
import { revealWebhookSecret } from '../source/postgres/webhook-secret.ts';
import { addWebhook, findWebhook } from '../source/postgres/webhooks.ts';
import { databaseVariables, useCli } from './support/cli.ts';
import { keysOf, newKey } from './support/encryption-keys.ts';
import { actorOf } from './support/scopes.ts';
import { type Seed, seedDatabase } from './support/seed.ts';

// A server of its own that logs all it can, values and plans included.
const LOG_EVERYTHING = [
  'log_statement=all',
  'log_min_duration_statement=0',
  'log_duration=on',
  'log_min_error_statement=debug5',
  'log_error_verbosity=verbose',
  'log_parameter_max_length=-1',
  'log_parameter_max_length_on_error=-1',
  'shared_preload_libraries=auto_explain',
  'auto_explain.log_min_duration=0',
  'auto_explain.log_verbose=on',
  'auto_explain.log_nested_statements=on',
  'debug_print_parse=on',
  'debug_print_plan=on',
  // On one line, so that the bytes of a constant are found.
  'debug_pretty_print=off',
];

const cli = useCli();
const folder = mkdtempSync(path.join(tmpdir(), 'netup-log-'));
let server: EmbeddedServer;
let admin: postgres.Sql;
let seed: Seed;
let database: Database;
/** A login as the README says to make it: a member of app_user, which settings of the role itself do not reach. */
let settings: PostgresSettings;

beforeAll(async () => {
  const binaries = path.join(tmpdir(), `netup-test-binaries-${process.getuid?.() ?? 0}`);
  server = await startEmbeddedServer({ directory: folder, binaries, settings: LOG_EVERYTHING });
  const { host, port, adminUser: user, adminPassword: password } = server;
  settings = { host, port, user, password, database: 'postgres', sslMode: 'disable', poolSize: 4 };
  await migrate(settings);
  admin = postgres({ host, port, user, password, database: 'postgres', max: 1, onnotice: () => undefined });
  seed = await seedDatabase(admin);
  await admin.unsafe(`CREATE ROLE mcp_agent LOGIN PASSWORD 'agent' IN ROLE app_user`);
  settings = { ...settings, user: 'mcp_agent', password: 'agent' };
  database = openDatabase(settings);
});
afterAll(async () => {
  await database.close();
  await admin.end();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const serverLog = (): string => readFileSync(path.join(folder, 'postgres.log'), 'utf8');

/** How a text can stand in a log: as it is, in hexadecimal, in base64, and as the bytes of a constant in a plan. */
function spellings(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  return [text, bytes.toString('hex'), bytes.toString('base64'), [...bytes].join(' ')];
}

function appearsIn(text: string, secret: string): boolean {
  return spellings(secret).some((spelling) => text.includes(spelling));
}

function readAll(directory: string): string {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(directory, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'latin1'))
    .join('\n');
}

test('this server logs the values of statements and the constants of plans', async () => {
  await admin`SELECT ${'seen-as-a-value'}::text`;
  await admin.unsafe(`SELECT upper('seen-as-a-constant')`);
  await admin`SELECT ${'seen-in-an-error'}::text::integer`.catch(() => undefined);
  expect(appearsIn(serverLog(), 'seen-as-a-value')).toBe(true);
  expect(serverLog().includes(spellings('SEEN-AS-A-CONSTANT')[3] ?? '')).toBe(true);
  expect(appearsIn(serverLog(), 'seen-in-an-error')).toBe(true);
});

test('neither secrets nor keys are in its log, in errors, in the audit trail or in the list of sessions', async () => {
  const scope = database.organization(seed.acme.id);
  const ada = actorOf(seed.ada, 'admin');
  const [a, b, other] = [newKey(), newKey(), newKey()];
  const secrets = [a, b, other, 'first secret 4711', 'second secret 4712', 'whsec_third-secret-4713'];
  const both = keysOf({ a, b }, 'b');
  const use = { actor: ada, purpose: 'a test' };
  const errors: unknown[] = [];
  const failing = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => errors.push(error));
  const entry = { name: 'one', type: 'ssh_password', username: 'netops', secret: 'first secret 4711' } as const;

  await addCredential(scope, ada, keysOf({ a }, 'a'), entry);
  await addCredential(scope, ada, keysOf({ a }, 'a'), { ...entry, name: 'two', secret: 'second secret 4712' });
  await failing(addCredential(scope, ada, both, entry));
  await failing(addCredential(scope, ada, both, { ...entry, name: '' }));
  const hook = { name: 'hook', url: 'https://x.example/', events: [], secret: 'whsec_third-secret-4713' };
  await addWebhook(scope, ada, keysOf({ a }, 'a'), hook);
  await failing(addWebhook(scope, ada, both, hook));
  await failing(addWebhook(scope, ada, both, { ...hook, name: '' }));
  const { id: webhookId } = await findWebhook(scope, 'hook');
  await failing(revealWebhookSecret(scope, keysOf({ a: other }, 'a'), webhookId, use));
  await rotateCredentials(scope, ada, both, { batchSize: 1 }, 'webhook');
  expect(await revealWebhookSecret(scope, both, webhookId, use)).toBe(hook.secret);
  await failing(revealCredential(scope, keysOf({ a: other }, 'a'), 'one', use));
  // Fails on the server while it has a secret and a key in hand.
  await failing(secretTransaction(scope, (sql) => sql`SELECT pgp_sym_encrypt(${a}, ${b}, 'cipher-algo=none')`));
  expect(errors).toHaveLength(7);
  expect(await revealCredential(scope, both, 'one', use)).toMatchObject({ secret: 'first secret 4711' });
  expect(await rotateCredentials(scope, ada, both, { batchSize: 1 })).toEqual({ rotated: 2, left: [] });
  expect(await revealCredential(scope, both, 'two', use)).toMatchObject({ secret: 'second secret 4712' });
  const sessions = await admin`SELECT query FROM pg_stat_activity`;
  await removeCredential(scope, ada, 'one');
  const trail = await admin`SELECT * FROM audit_events`;

  const log = serverLog();
  expect(log).toMatch(/pgp_sym_encrypt\(\$\d/u);
  expect(log).toMatch(/pgp_sym_decrypt\(encrypted_data, \$\d/u);
  const places = {
    log,
    errors: errors.map((error) => JSON.stringify(error, Object.getOwnPropertyNames(error))).join('\n'),
    audit: JSON.stringify(trail),
    sessions: JSON.stringify(sessions),
  };
  expect(places.audit).toContain('credential.rotate_key');
  expect(places.audit).toContain('credential.use');
  const found = Object.entries(places).flatMap(([place, text]) =>
    secrets.filter((secret) => appearsIn(text, secret)).map((secret) => `${secret} in ${place}`),
  );
  expect(found).toEqual([]);
});

test('the commands leave none of them there, nor in what they print and write', async () => {
  const [old, current] = [newKey(), newKey()];
  const env = { ...databaseVariables(settings), NETUP_OPERATOR: 'ada', NETUP_ORGANIZATION: 'globex' };
  const newer = {
    ...env,
    NETUP_KEY_old: old,
    NETUP_KEY_current: current,
    NETUP_CURRENT_KEY: 'current',
    NETUP_LOG_LEVEL: 'trace',
  };
  const add = ['credentials', 'add', 'cli', '--type', 'snmp_v2c'];
  const results = [
    await cli.run(add, { ...env, NETUP_KEY_old: old }, 'community 4713\n'),
    await cli.run(add, newer, 'community 4714\n'),
    await cli.run(['credentials', 'rotate-key', '--organization', 'globex'], newer),
    await cli.run(['credentials', 'list', '--json'], newer),
    await cli.run(['credentials', 'remove', 'cli'], newer),
  ];
  expect(results.map(({ code }) => code)).toEqual([0, 1, 0, 0, 0]);
  const everything = [serverLog(), JSON.stringify(results), readAll(cli.folder)].join('\n');
  expect([old, current, 'community 4713', 'community 4714'].filter((secret) => appearsIn(everything, secret))).toEqual(
    [],
  );
});

test('a server that cannot be kept from logging values is sent none', async () => {
  await admin`REVOKE SET ON PARAMETER log_parameter_max_length FROM app_user`;
  const keys = keysOf({ k: newKey() }, 'k');
  const add = (on: Database, name: string): Promise<void> => {
    const entry = { name, type: 'snmp_v2c', username: null, secret: 'not to be logged 4715' } as const;
    return addCredential(on.organization(seed.acme.id), actorOf(seed.ada, 'admin'), keys, entry);
  };
  const refusal = /so nothing was sent; .* GRANT SET ON PARAMETER log_parameter_max_length/u;
  await expect(add(database, 'three')).rejects.toThrow(refusal);

  // Either is enough: a server that logs no values by itself, or the right to make it so.
  await admin`ALTER DATABASE postgres SET log_parameter_max_length = 0`;
  const later = openDatabase(settings);
  onTestFinished(() => later.close());
  await add(later, 'three');
  await admin`ALTER DATABASE postgres RESET log_parameter_max_length`;
  await admin`GRANT SET ON PARAMETER log_parameter_max_length TO app_user`;
  await add(database, 'four');
  expect(appearsIn(serverLog(), 'not to be logged 4715')).toBe(false);
});

test('an administrator who may not grant it is warned, and migrates all the same', async () => {
  const text = readFileSync(new URL('../sql/migrations/013-credentials.sql', import.meta.url), 'utf8');
  const [block = ''] = /^DO \$\$[^]*?^\$\$;/mu.exec(text) ?? [];
  const warnings: string[] = [];
  const { host, port, user, password } = { ...settings, user: server.adminUser, password: server.adminPassword };
  const onnotice = ({ message = '' }: postgres.Notice): number => warnings.push(message);
  const session = postgres({ host, port, user, password, database: 'postgres', max: 1, onnotice });
  onTestFinished(() => session.end());
  await session`REVOKE SET ON PARAMETER log_parameter_max_length FROM app_user`;
  onTestFinished(async () => {
    await admin`GRANT SET ON PARAMETER log_parameter_max_length TO app_user`;
  });
  await session`SET ROLE netup_owner`;
  await session.unsafe(block).simple();
  expect(warnings).toEqual([expect.stringMatching(/cannot be granted to app_user.*docs\/credentials\.md/u)]);
});
