import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import ssh2 from 'ssh2';
import { openDatabase } from '../source/postgres/database.ts';
import { listCredentials } from '../source/postgres/credentials.ts';
import { type CredentialUse, revealCredential } from '../source/postgres/reveal-credential.ts';
import { generateHostKey } from '../source/simulator/host-key.ts';
import { startSimulatedDevices } from '../source/simulator/fleet.ts';
import { type CliResult, databaseVariables, useCli } from './support/cli.ts';
import { keysOf, newKey } from './support/encryption-keys.ts';
import { useDatabase } from './support/postgres.ts';
import { processList } from './support/process-list.ts';
import { PtyProgram } from './support/pty.ts';
import { actorOf } from './support/scopes.ts';
import type { Seed } from './support/seed.ts';
import { DEVICES } from './support/simulated.ts';

const cli = useCli();
const database = useDatabase();
const [A, B] = [newKey(), newKey()];
const keyFile = path.join(cli.folder, 'keys');
let seed: Seed;

beforeAll(async () => {
  seed = await database.seed();
  useKeys(`a:${A}`);
});
afterEach(() => database.admin`DELETE FROM credentials`);

function useKeys(...lines: readonly string[]): void {
  writeFileSync(keyFile, `${lines.join('\n')}\n`, { mode: 0o600 });
}

function env(operator = 'ada'): Record<string, string> {
  return {
    ...databaseVariables(database.settings('app_user')),
    NETUP_OPERATOR: operator,
    NETUP_ORGANIZATION: 'acme',
    NETUP_KEY_FILE: keyFile,
  };
}

const credentials = (argv: readonly string[], input = '', variables = env()): Promise<CliResult> =>
  cli.run(['credentials', ...argv], variables, input);
const use = (): CredentialUse => ({ actor: actorOf(seed.ada, 'admin'), purpose: 'a test' });
const SSH = ['--type', 'ssh_password', '--username', 'netops'];

describe('credentials', () => {
  test('are added from standard input, listed without their secrets, and removed', async () => {
    expect((await credentials(['list'])).stdout).toBe('acme has no credentials.\n');
    expect(await credentials(['add', 'routers', ...SSH], 'correct horse\n')).toEqual({
      code: 0,
      stdout: 'routers (acme) is stored, encrypted with the key a.\n',
      stderr: '',
    });
    await credentials(['add', 'snmp', '--type', 'snmp_v2c'], 'public');
    const { stdout } = await credentials(['list']);
    expect(stdout).toMatch(
      /^NAME     TYPE          USER    KEY  CHANGED\nrouters  ssh_password  netops  a    \S+Z\nsnmp     snmp_v2c      -       a    \S+Z\n$/u,
    );
    expect(JSON.parse((await credentials(['list', '--json'])).stdout)).toMatchObject([
      { name: 'routers', type: 'ssh_password', username: 'netops', keyId: 'a' },
      { name: 'snmp', type: 'snmp_v2c', username: null, keyId: 'a' },
    ]);
    expect((await credentials(['remove', 'snmp'])).stdout).toBe('snmp (acme) is removed.\n');
    expect(await credentials(['remove', 'snmp'])).toMatchObject({
      code: 1,
      stderr: 'There is no credential "snmp" in this organization.\n',
    });
  });

  test('are asked for on a terminal, which shows nothing of them', async () => {
    const argv = ['credentials', 'add', 'typed', ...SSH];
    const variables = { ...process.env, ...env(), HOME: cli.folder, NETUP_STATE_DIR: path.join(cli.folder, 'state') };
    const program = new PtyProgram(argv, { columns: 100, rows: 10, env: variables });
    onTestFinished(() => program.kill('SIGKILL'));
    await program.waitFor('The password of typed: ');
    program.type('hunterx\u007f22\r');
    await program.waitFor('typed (acme) is stored');
    expect(await program.ended).toBe(0);
    expect(program.screen().join('\n')).not.toContain('hunter');
    const connection = openDatabase(database.settings('app_user'));
    onTestFinished(() => connection.close());
    const revealed = await revealCredential(
      connection.organization(seed.acme.id),
      keysOf({ a: A }, 'a'),
      'typed',
      use(),
    );
    expect(revealed.secret).toBe('hunter22');
  });

  test.each([
    ['a name', ['add', 'a b', ...SSH], 's', /"a b" is no name/u],
    ['a type', ['add', 'x'], 's', /--type is missing; it is one of ssh_password, ssh_key, snmp_v2c, snmp_v3\.$/mu],
    ['a known type', ['add', 'x', '--type', 'telnet'], 's', /"telnet" is no type/u],
    ['a user', ['add', 'x', '--type', 'ssh_key'], 's', /ssh_key needs --username USER/u],
    ['no user for a community', ['add', 'x', '--type', 'snmp_v2c', '--username', 'u'], 's', /has no user/u],
    ['a secret', ['add', 'x', ...SSH], '', /There is no password/u],
    ['one line', ['add', 'x', ...SSH], 'hunter\n22\n', /more than one line/u],
    ['a key', ['add', 'x', '--type', 'ssh_key', '--username', 'u'], 'hunter', /is no private key/u],
    ['a batch', ['rotate-key', '--batch', '0'], '', /--batch is a whole number from 1/u],
    ['no secret as an argument', ['add', 'x', 'argument', ...SSH], 'hunter', /is one argument too many/u],
  ])('need %s', async (_what, argv, input, fault) => {
    const { code, stdout, stderr } = await credentials(argv, input);
    expect(stderr).toMatch(fault);
    expect({ failed: code !== 0, stdout, lines: stderr.split('\n').length }).toEqual({
      failed: true,
      stdout: '',
      lines: 2,
    });
    expect(stderr).not.toContain('hunter');
  });

  test('are for admins, with a private key file, where changes are allowed', async () => {
    const add = ['add', 'x', ...SSH];
    expect((await credentials(add, 's', env('ben'))).stderr).toBe(
      'ben is operator in acme; to add a credential takes the role admin.\n',
    );
    expect((await credentials(['list'], '', env('ana'))).stderr).toMatch(/takes the role admin/u);
    expect((await credentials(add, 's', { ...env(), NETUP_READ_ONLY: 'yes' })).stderr).toMatch(
      /^NETUP_READ_ONLY is set/u,
    );
    expect((await credentials(add, 's', { ...env(), NETUP_KEY_FILE: '' })).stderr).toMatch(
      /^There is no encryption key/u,
    );
    chmodSync(keyFile, 0o644);
    onTestFinished(() => chmodSync(keyFile, 0o600));
    expect((await credentials(add, 's')).stderr).toMatch(
      /^The key file ".*" has the mode 0644, .*: chmod 600 it\.\n$/u,
    );
    expect((await credentials(['list'])).stdout).toBe('acme has no credentials.\n');
  });
});

test('rotate-key shows no secret to other users; killed between batches, it leaves all readable and goes on where it was', async () => {
  const names = ['c1', 'c2', 'c3', 'c4', 'c5'];
  for (const name of names) await credentials(['add', name, ...SSH], `secret of ${name}`);
  useKeys(`b:${B}`, `a:${A}`);
  onTestFinished(() => useKeys(`a:${A}`));
  const connection = openDatabase(database.settings('app_user'));
  onTestFinished(() => connection.close());
  const scope = connection.organization(seed.acme.id);
  const keyIds = async (): Promise<string> => (await listCredentials(scope)).map(({ keyId }) => keyId).join('');
  const readable = async (keys: Parameters<typeof revealCredential>[1]): Promise<void> => {
    for (const name of names) {
      expect(await revealCredential(scope, keys, name, use())).toMatchObject({ secret: `secret of ${name}` });
    }
  };

  // Held fast, the third credential stops the rotation after two batches.
  await database.admin.begin(async (sql) => {
    await sql`SELECT FROM credentials WHERE name = 'c3' FOR UPDATE`;
    const program = cli.start(['credentials', 'rotate-key', '--batch', '1'], env());
    expect(await program.firstLine).toBe('acme: 1 of 5 have the key b');
    await expect.poll(keyIds, { timeout: 10_000 }).toBe('bbaaa');
    const processes = processList();
    // The server's process for us, which shows what it does.
    expect(processes).toMatch(/app_user test_\w+ \S+ SELECT waiting/u);
    expect([A, B, 'secret of'].filter((secret) => processes.includes(secret))).toEqual([]);
    program.child.kill('SIGKILL');
    expect(await program.ended).toBe('SIGKILL');
  });
  expect(await keyIds()).toBe('bbaaa');
  await readable(keysOf({ a: A, b: B }, 'b'));
  expect(await credentials(['rotate-key', '--batch', '2'])).toEqual({
    code: 0,
    stdout:
      'acme: 2 of 3 have the key b\nacme: 3 of 3 have the key b\nacme: 3 credentials got the key b.\nglobex: 0 credentials got the key b.\n',
    stderr: '',
  });
  await readable(keysOf({ b: B }, 'b'));
  const [audit] =
    await database.admin`SELECT count(*)::int AS n FROM audit_events WHERE action = 'credential.rotate_key'`;
  expect(audit).toEqual({ n: 5 });
});

test('rotate-key finishes the batch it is at when it is interrupted, and the next run does the rest', async () => {
  for (const name of ['c1', 'c2', 'c3']) await credentials(['add', name, ...SSH], 's');
  useKeys(`b:${B}`, `a:${A}`);
  onTestFinished(() => useKeys(`a:${A}`));
  const keyIds = async (): Promise<string> =>
    (await database.admin`SELECT encryption_key_id AS key FROM credentials ORDER BY name`)
      .map((row) => row['key'])
      .join('');
  const program = await database.admin.begin(async (sql) => {
    await sql`SELECT FROM credentials WHERE name = 'c2' FOR UPDATE`;
    const started = cli.start(['credentials', 'rotate-key', '--batch', '1'], env());
    await started.firstLine;
    const heard = once(started.child.stderr, 'data');
    started.child.kill('SIGINT');
    expect(String(await heard)).toBe('Finishing the batch that is under way.\n');
    return started;
  });
  expect(await program.ended).toBe(130);
  expect(await keyIds()).toBe('bba');
  expect((await credentials(['rotate-key'])).stdout).toMatch(/^acme: 1 credential got the key b\.$/mu);
});

test('rotate-key says which credentials it has no key for', async () => {
  await credentials(['add', 'x', ...SSH], 's');
  useKeys(`b:${B}`);
  onTestFinished(() => useKeys(`a:${A}`));
  expect(await credentials(['rotate-key'])).toEqual({
    code: 1,
    stdout: 'acme: 0 credentials got the key b.\nglobex: 0 credentials got the key b.\n',
    stderr:
      'acme: The credential "x" is encrypted with the key "a", which is not among the keys here.\nSo 1 kept the old key.\n',
  });
});

test('rotate-key goes through all organizations that one is admin of, or the one that is named, and says which it left out', async () => {
  const globex = { ...env(), NETUP_ORGANIZATION: 'globex' };
  const rotate = (...flags: string[]) => credentials(['rotate-key', ...flags]);
  await credentials(['add', 'x', ...SSH], 's');
  await credentials(['add', 'y', ...SSH], 's', globex);
  useKeys(`b:${B}`, `a:${A}`);
  onTestFinished(() => useKeys(`a:${A}`));
  const keyIds = async (): Promise<readonly unknown[]> =>
    (await database.admin`SELECT name, encryption_key_id AS key FROM credentials ORDER BY name`).map((row) => ({
      ...row,
    }));
  expect((await rotate('--organization', 'nowhere')).stderr).toBe(
    'ada does not belong to "nowhere"; --organization can be: acme, globex.\n',
  );
  expect((await rotate('--organization', 'globex')).stdout).toBe(
    'globex: 1 of 1 have the key b\nglobex: 1 credential got the key b.\n',
  );
  expect(await keyIds()).toEqual([
    { name: 'x', key: 'a' },
    { name: 'y', key: 'b' },
  ]);
  await database.admin`UPDATE organization_members SET role = 'viewer' WHERE operator_id = ${seed.ada.id} AND organization_id = ${seed.globex.id}`;
  onTestFinished(async () => {
    await database.admin`UPDATE organization_members SET role = 'admin' WHERE operator_id = ${seed.ada.id}`;
  });
  expect(await rotate()).toEqual({
    code: 0,
    stdout:
      'acme: 1 of 1 have the key b\nacme: 1 credential got the key b.\nglobex: left out, for you are viewer there\n',
    stderr: '',
  });
  expect(await keyIds()).toMatchObject([{ key: 'b' }, { key: 'b' }]);
  expect((await credentials(['rotate-key'], '', env('ben'))).stderr).toBe(
    'ben is admin of no organization; to rotate the key takes the role admin.\n',
  );
});

describe('router check', () => {
  const own = ((): { private: string; public: string } => {
    const key = generateHostKey();
    const parsed = ssh2.utils.parseKey(key);
    if (parsed instanceof Error) throw parsed;
    const [first] = Array.isArray(parsed) ? parsed : [parsed];
    return { private: key, public: `ssh-ed25519 ${first?.getPublicSSH().toString('base64')}` };
  })();

  /** Puts a simulated device where the inventory says that `fra-leaf-01` is, and asks it. */
  async function check(...flags: readonly string[]): Promise<CliResult> {
    const device = { ...DEVICES.eos, hostname: 'fra-leaf-01', publicKey: own.public };
    const fleet = await startSimulatedDevices([device]);
    onTestFinished(() => fleet.stop());
    await database.admin`
      UPDATE routers SET mgmt_ip = '127.0.0.1', mgmt_port = ${fleet.devices[0]?.port ?? 0}, ssh_host_key = NULL
      WHERE hostname = 'fra-leaf-01'`;
    return cli.run(['router', 'check', 'fra-leaf-01', '--accept-new-host-key', ...flags], env('ben'));
  }

  test('logs in with the only SSH credential, or with the one that is named', async () => {
    await credentials(['add', 'snmp', '--type', 'snmp_v2c'], 'public');
    expect((await check()).stderr).toMatch(/^NETUP_SSH_USER is not set and the organization has no SSH credential/u);
    await credentials(['add', 'password', ...SSH], 'correct horse');
    expect(await check()).toMatchObject({ code: 0, stderr: '' });
    const uses = await database.admin`
      SELECT actor_name, router_id, reason, after->>'name' AS name FROM audit_events
      WHERE action = 'credential.use' AND router_id = 'fra-leaf-01'`;
    expect(uses).toEqual([{ actor_name: 'ben', router_id: 'fra-leaf-01', reason: 'router check', name: 'password' }]);
    await credentials(['add', 'key', '--type', 'ssh_key', '--username', 'netops'], own.private);
    expect((await check()).stderr).toMatch(/more than one SSH credential: choose one with --credential NAME/u);
    expect(await check('--credential', 'key')).toMatchObject({ code: 0, stderr: '' });
    expect((await check('--credential', 'snmp')).stderr).toMatch(/"snmp" is for snmp_v2c, so it is no login over SSH/u);
    expect((await check('--credential', 'none')).stderr).toMatch(/^There is no credential "none"/u);
    expect((await check('--credential', 'key', '--password-stdin')).stderr).toMatch(/contradict each other/u);
  });

  test('is told that a stored password is wrong without being shown it', async () => {
    await credentials(['add', 'password', ...SSH], 'hunter22');
    const { code, stderr } = await check();
    expect(code).toBe(1);
    expect(stderr).not.toContain('hunter22');
  });
});
