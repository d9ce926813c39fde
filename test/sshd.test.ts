import { existsSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test, type TestContext, vi } from 'vitest';
import { campaign } from './support/campaign.ts';
import { databaseVariables, useCli } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';
import type { PtyProgram } from './support/pty.ts';
import { missingSshd, TestSshd } from './support/sshd.ts';

const NONE = 'No console is open on acme.\n';
/** A login starts Node twice, and the machine may be busy. */
const PATIENT = { timeout: 20_000, interval: 200 };
/** Nor may a console get to say that it ends: then it is forgotten within a minute. */
const FORGOTTEN = { timeout: 90_000, interval: 200 };
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const missing = missingSshd();
const cli = useCli();
const database = useDatabase();
const sshd = missing === null ? new TestSshd() : null;

/** Skips the test where there is no sshd, and says why. */
function serverFor(context: TestContext): TestSshd {
  return sshd ?? context.skip(missing ?? '');
}

const keys = { ana: '', ben: '', dora: '', stranger: '', bound: '', both: '', astray: '' };

beforeAll(async () => {
  await database.seed();
  if (sshd === null) return;
  const ca = sshd.key('ca');
  const otherCa = sshd.key('other-ca');
  for (const name of ['ana', 'ben', 'dora', 'stranger', 'bound', 'both', 'astray'] as const)
    keys[name] = sshd.key(name);
  sshd.certify(keys.bound, ca, 'somebody,ben@noc');
  sshd.certify(keys.both, ca, 'ben@noc,ana@noc');
  sshd.certify(keys.astray, otherCa, 'ben@noc');
  await administrator('operators', 'add', 'dora', '--display', 'Dora', '--organization', 'acme');
  for (const name of ['ana', 'ben', 'dora'] as const)
    await administrator('operators', 'keys', 'add', name, `${keys[name]}.pub`);
  for (const name of ['ana', 'ben'])
    await administrator('operators', 'keys', 'add', name, '--principal', `${name}@noc`);
  // The tour of a first start is another test's.
  await database.admin`
    INSERT INTO operator_preferences (operator_id, entries)
    SELECT id, '{"tourSeen": true}' FROM operators WHERE name IN ('ana', 'ben', 'dora')`;
  const env = databaseVariables(database.settings('app_user'));
  // A server-wide setting that is too wide, as an administrator might have it.
  const state = sshd.file('state');
  await sshd.start(
    { ...env, PG_POOL_SIZE: '2', NETUP_STATE_DIR: state, NETUP_OPERATOR: 'ada' },
    ca,
    'AcceptEnv *\nAllowTcpForwarding yes',
  );
});

async function administrator(...argv: readonly string[]): Promise<string> {
  const { user, password } = database.adminSettings();
  const login = { PG_ADMIN_USER: user, PG_ADMIN_PASSWORD: password };
  const result = await cli.run(argv, { ...databaseVariables(database.settings('app_user')), ...login });
  if (result.code !== 0) throw new Error(result.stderr);
  return result.stdout;
}

async function admin(...argv: readonly string[]): Promise<string> {
  const env = {
    ...databaseVariables(database.settings('app_user')),
    NETUP_OPERATOR: 'ada',
    NETUP_ORGANIZATION: 'acme',
  };
  const result = await cli.run(argv, env);
  return result.stdout + result.stderr;
}

/** Everything that the terminal shows, to look for a sentence that was wrapped. */
const said = (screen: PtyProgram): string => screen.screen().join(' ').replaceAll(/\s+/gu, ' ');

describe('sshd gives the console', () => {
  test('to the operator of the key, whatever the client says', async (context) => {
    const server = serverFor(context);
    writeFileSync(server.file('hook'), `touch ${server.file('ran')}`);
    const env = {
      BASH_ENV: server.file('hook'),
      ENV: server.file('hook'),
      NETUP_OPERATOR: 'ada',
      PG_USER: 'postgres',
      NODE_OPTIONS: '--require=/nowhere.js',
      SSH_USER_AUTH: '/etc/passwd',
    };
    const options = [
      '-o',
      'SendEnv=NETUP_* PG_* NODE_* SSH_* BASH_ENV ENV',
      '-o',
      'SetEnv=NETUP_READ_ONLY=yes NETUP_ORGANIZATION=globex',
    ];
    const screen = server.open(keys.ana, options, { env });
    await screen.waitFor('ana (approver)');
    expect(screen.screen()[0]).toContain('netup  acme');
    const listed = await admin('sessions', 'list');
    expect(listed).toMatch(
      new RegExp(
        `ana .* 127\\.0\\.0\\.1 +/dev/pts/\\d+ +${server.fingerprint(keys.ana).replaceAll(/[+/]/gu, '\\$&')}`,
        'u',
      ),
    );
    expect(existsSync(server.file('ran'))).toBe(false);
    // What would lead out of it does nothing.
    screen.type('\u001a');
    await screen.waitFor('This console is restricted: suspend would leave it.');
    // Its preferences are in the database.
    screen.type('z');
    await vi.waitFor(async () => {
      const [row] =
        await database.admin`SELECT p.entries FROM operator_preferences AS p JOIN operators AS o ON o.id = p.operator_id WHERE o.name = 'ana'`;
      expect(row?.['entries']).toEqual({ tourSeen: true, zone: 'utc' });
    }, PATIENT);
    screen.resize(100, 30);
    await screen.waitFor(new RegExp(`^─{100}$`, 'u'));
    screen.type('q');
    expect(await screen.ended).toBe(0);
    await vi.waitFor(async () => expect(await admin('sessions', 'list')).toBe(NONE), FORGOTTEN);
  });

  test('to the operator of a principal that the certificate has', async (context) => {
    const server = serverFor(context);
    const screen = server.open(keys.bound);
    await screen.waitFor('ben (operator)');
    screen.type('q');
    expect(await screen.ended).toBe(0);
    const [event] = await database.admin`
      SELECT actor_name, after FROM audit_events WHERE action = 'session.open' AND actor_name = 'ben'`;
    expect(event).toMatchObject({ actor_name: 'ben', after: { identity: 'ben@noc', remote: '127.0.0.1' } });
  });
});

describe('sshd gives nothing', () => {
  test('to a key that no operator has', async (context) => {
    const server = serverFor(context);
    const result = await server.ssh(keys.stranger);
    expect(result).toMatchObject({ code: 255, stdout: '' });
    expect(result.stderr).toContain('Permission denied (publickey)');
  });

  test('to a certificate of an authority that it does not know', async (context) => {
    const server = serverFor(context);
    expect((await server.ssh(keys.astray)).stderr).toContain('Permission denied (publickey)');
  });

  test('to a certificate that stands for two operators', async (context) => {
    const server = serverFor(context);
    const screen = server.open(keys.both);
    expect(await screen.ended).toBe(1);
    expect(said(screen)).toContain('stands for more than one operator');
  });

  test.for([
    ['a command', ['sh']],
    ['a copy', ['scp -t /tmp/x']],
  ] as const)('but one sentence to %s', async ([, command], context) => {
    const server = serverFor(context);
    const result = await server.ssh(keys.ana, command);
    expect(result).toEqual({
      code: 1,
      stdout: '',
      stderr: 'This account has the console and nothing else: connect without a command.\n',
    });
  });

  test('to sftp', async (context) => {
    const server = serverFor(context);
    // sshd drops what a subsystem says of errors.
    expect(await server.ssh(keys.ana, ['sftp'], ['-s'])).toEqual({ code: 1, stdout: '', stderr: '' });
  });

  test('but one sentence without a terminal', async (context) => {
    const server = serverFor(context);
    const result = await server.ssh(keys.ana);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toBe('The console needs a terminal: run it with neither input nor output redirected.\n');
  });

  test('to forwarded connections', async (context) => {
    const server = serverFor(context);
    const { port } = database.settings('app_user');
    const direct = await server.ssh(keys.ana, [], ['-W', `127.0.0.1:${port}`]);
    expect(direct.code).not.toBe(0);
    expect(direct.stderr).toContain('administratively prohibited');
    const backwards = await server.ssh(keys.ana, [], ['-N', '-o', 'ExitOnForwardFailure=yes', '-R', '0:127.0.0.1:1']);
    expect(backwards.stderr).toContain('remote port forwarding failed');
  });
});

/** `npm run campaign -- --runs 50` opens fifty. */
const MANY = Math.min(50, campaign({ seed: 1, runs: 3 }).runs);

describe('many sessions at once', () => {
  test('are all there, and leave nothing behind', async (context) => {
    const server = serverFor(context);
    const screens = Array.from({ length: MANY }, (_, index) => server.open(index % 2 === 0 ? keys.ana : keys.ben));
    await Promise.all(screens.map((screen) => screen.waitFor(/(?:ana|ben) \((?:approver|operator)\)/u, 180_000)));
    await vi.waitFor(async () => expect((await admin('sessions', 'list')).split('\n')).toHaveLength(MANY + 2), 30_000);
    for (const screen of screens) screen.type('q');
    expect(await Promise.all(screens.map(({ ended }) => ended))).toEqual(screens.map(() => 0));
    await vi.waitFor(async () => expect(await admin('sessions', 'list')).toBe(NONE), FORGOTTEN);
  });
});

describe('a session ends', () => {
  test('by an admin, who says why', async (context) => {
    const server = serverFor(context);
    const screen = server.open(keys.ben);
    await screen.waitFor('ben (operator)');
    let id = '';
    await vi.waitFor(async () => {
      id = /^(\d+) +ben /mu.exec(await admin('sessions', 'list'))?.[1] ?? '';
      expect(id).not.toBe('');
    }, PATIENT);
    expect(await admin('sessions', 'end', id, '--reason', 'left alone')).toBe(
      `Session ${id} of ben in acme is ended.\n`,
    );
    expect(await screen.ended).toBe(1);
    expect(said(screen)).toContain('This session was ended by ada: left alone.');
    expect(await admin('sessions', 'end', id)).toContain(`There is no open session ${id}`);
  });

  test('with its operator, whom it tells once more, and with its key', async (context) => {
    const server = serverFor(context);
    const screen = server.open(keys.dora);
    await screen.waitFor('dora (viewer)');
    await vi.waitFor(async () => expect(await admin('sessions', 'list')).toContain(' dora '), PATIENT);
    expect(await administrator('operators', 'disable', 'dora')).toBe('dora is disabled.\n');
    expect(await screen.ended).toBe(1);
    expect(said(screen)).toContain('This session was ended by the administrator: the operator was disabled.');
    const again = server.open(keys.dora);
    expect(await again.ended).toBe(1);
    expect(said(again)).toContain('The operator dora is disabled; ask an administrator of netup-tui.');
    await administrator('operators', 'enable', 'dora');
    const last = server.open(keys.dora);
    await last.waitFor('dora (viewer)');
    await vi.waitFor(async () => expect(await admin('sessions', 'list')).toContain(' dora '), PATIENT);
    await administrator('operators', 'keys', 'remove', 'dora', server.fingerprint(keys.dora));
    expect(await last.ended).toBe(1);
    expect(said(last)).toContain('This session was ended by the administrator: its key was removed.');
    expect((await server.ssh(keys.dora)).stderr).toContain('Permission denied');
  });

  test('with its line: nothing of a request is written, and no process is left', async (context) => {
    const server = serverFor(context);
    const screen = server.open(keys.ben);
    await screen.waitFor(/▌ +ams-core-01/u);
    screen.type('u');
    await screen.waitFor('(•) 17.12.03');
    screen.type('\r');
    await screen.waitFor('CPU mean');
    const open = `SELECT count(*)::int AS open FROM console_sessions WHERE ended_at IS NULL`;
    screen.kill('SIGKILL');
    await screen.ended;
    await vi.waitFor(async () => {
      const [row] = await database.admin.unsafe(open);
      expect(row).toEqual({ open: 0 });
      const [left] = await database.admin`
          SELECT count(*)::int AS consoles FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'netup-tui'`;
      expect(left).toEqual({ consoles: 0 });
    }, PATIENT);
    const [requests] = await database.admin`SELECT count(*)::int AS requests FROM upgrades`;
    expect(requests).toEqual({ requests: 0 });
  });
});
