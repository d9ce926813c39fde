import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type SnmpLogin, toSnmpLogin } from '../source/model/snmp-login.ts';
import { openDatabase } from '../source/postgres/database.ts';
import { revealCredential } from '../source/postgres/reveal-credential.ts';
import { type CliResult, databaseVariables, useCli } from './support/cli.ts';
import { keysOf, newKey } from './support/encryption-keys.ts';
import { useDatabase } from './support/postgres.ts';
import { actorOf } from './support/scopes.ts';
import type { Seed } from './support/seed.ts';

const cli = useCli();
const database = useDatabase();
const KEY = newKey();
const keyFile = path.join(cli.folder, 'keys');
const V3 = ['add', 'poller', '--type', 'snmp_v3', '--username', 'netup'];
let seed: Seed;

beforeAll(async () => {
  seed = await database.seed();
  writeFileSync(keyFile, `a:${KEY}\n`, { mode: 0o600 });
});
afterEach(() => database.admin`DELETE FROM credentials`);

const credentials = (argv: readonly string[], input = ''): Promise<CliResult> =>
  cli.run(
    ['credentials', ...argv],
    {
      ...databaseVariables(database.settings('app_user')),
      NETUP_OPERATOR: 'ada',
      NETUP_ORGANIZATION: 'acme',
      NETUP_KEY_FILE: keyFile,
    },
    input,
  );

/** The login that a collector would take out. */
async function stored(): Promise<SnmpLogin | null> {
  const connection = openDatabase(database.settings('app_user'));
  onTestFinished(() => connection.close());
  const use = { actor: actorOf(seed.ada, 'admin'), purpose: 'a test' };
  const scope = connection.organization(seed.acme.id);
  const { credential, secret } = await revealCredential(scope, keysOf({ a: KEY }, 'a'), 'poller', use);
  return toSnmpLogin(credential, secret);
}

test('an SNMPv3 user has two pass phrases, a line each', async () => {
  expect((await credentials(V3, 'sign-it-well\nhide-it-well\n')).code).toBe(0);
  const auth = { protocol: 'sha256', key: 'sign-it-well' };
  const privacy = { protocol: 'aes', key: 'hide-it-well' };
  expect(await stored()).toEqual({ version: '3', user: 'netup', auth, privacy });
});

test('or one, if nothing is encrypted', async () => {
  expect((await credentials([...V3, '--auth', 'sha512', '--privacy', 'none'], 'sign-it-well')).code).toBe(0);
  const auth = { protocol: 'sha512', key: 'sign-it-well' };
  expect(await stored()).toEqual({ version: '3', user: 'netup', auth, privacy: null });
});

test('a community is a login as well; what was stored without protocols is none', async () => {
  expect((await credentials(['add', 'poller', '--type', 'snmp_v2c'], 'hunter22')).code).toBe(0);
  expect(await stored()).toEqual({ version: '2c', community: 'hunter22' });
  expect(toSnmpLogin({ type: 'snmp_v3', username: 'netup' }, 'a pass phrase')).toBeNull();
  expect(toSnmpLogin({ type: 'ssh_password', username: 'netup' }, 'a pass phrase')).toBeNull();
});

test.each([
  ['two lines', V3, 'hunter22', /must have two lines/u],
  ['long pass phrases', V3, 'hunter22\nhunter', /The privacy pass phrase is too short/u],
  ['printable pass phrases', V3, 'hunter\u000722\nhunter22', /a control character/u],
  ['a hash', [...V3, '--auth', 'md5'], 'hunter22', /"md5" is no --auth; it is one of sha, /u],
  ['a cipher', [...V3, '--privacy', 'des'], 'hunter22', /"des" is no --privacy/u],
  ['SNMPv3', ['add', 'x', '--type', 'snmp_v2c', '--privacy', 'aes'], 'hunter22', /are for snmp_v3/u],
])('it takes %s', async (_what, argv, input, fault) => {
  const { code, stderr } = await credentials(argv, input);
  expect({ failed: code !== 0, lines: stderr.split('\n').length }).toEqual({ failed: true, lines: 2 });
  expect(stderr).toMatch(fault);
  expect(stderr).not.toContain('hunter');
});
