import { readFileSync, statSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import path from 'node:path';
import ssh2, { type Client } from 'ssh2';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { databaseVariables, type RunningProgram, useCli } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';
import { type Person, useServedConsoles } from './support/serve.ts';
import { type ScreenOptions, SshScreen } from './support/ssh-screen.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const PATIENT = { timeout: 20_000, interval: 100 };

const cli = useCli();
const database = useDatabase();
const state = path.join(cli.folder, 'state');
const served = useServedConsoles(cli, database);
const { admin, keys, start } = served;
let server: RunningProgram;
let port = 0;

beforeAll(async () => {
  const { globex } = await database.seed();
  await database.admin`UPDATE routers SET hostname = 'only-globex-01' WHERE organization_id = ${globex.id} AND id = 'fra-old-01'`;
  [server, port] = await start();
});

const connect = (who: Person, at = port): Promise<Client> => served.connect(who, at);
const screenOf = (who: Person, options?: ScreenOptions, at = port): Promise<SshScreen> => served.open(who, at, options);

/** The text, however it was wrapped. */
const said = (screen: SshScreen): string => screen.text().replaceAll(/\s+/gu, ' ');

describe('the server gives the console', () => {
  test('to the operator of the key, restricted, listed and audited', async () => {
    const screen = await screenOf('ana');
    await screen.waitFor('ana (approver)');
    await screen.waitFor('ams-core-01');
    expect(screen.raw).not.toMatch(/[^\r]\n/u);
    await vi.waitFor(async () => {
      expect(await admin('sessions', 'list')).toMatch(/ana .* 127\.0\.0\.1 +ssh\/\d+ +SHA256:/u);
    }, PATIENT);
    screen.type('\u001a');
    await screen.waitFor('This console is restricted: suspend would leave it.');
    screen.type('z');
    await vi.waitFor(async () => {
      const [row] = await database.admin`
        SELECT o.name, p.entries FROM operator_preferences AS p JOIN operators AS o ON o.id = p.operator_id`;
      expect(row).toEqual({ name: 'ana', entries: { zone: 'utc' } });
    }, PATIENT);
    screen.resize(100, 30);
    await screen.waitFor(/^─{100}$/mu);
    screen.type('q');
    expect(await screen.ended).toBe(0);
    const events = await database.admin`
      SELECT action, after->>'identity' LIKE 'SHA256:%' AS proved FROM audit_events WHERE actor_name = 'ana'`;
    expect(events).toEqual([{ action: 'session.open', proved: true }]);
    await vi.waitFor(async () => expect(await admin('sessions', 'list')).toContain('No console is open'), PATIENT);
  });

  test('with the colours that each terminal has', async () => {
    const [rich, plain, none] = await Promise.all([
      screenOf('ana', { env: { COLORTERM: 'truecolor', LD_PRELOAD: '/x', NETUP_OPERATOR: 'ada' } }),
      screenOf('ana', { term: 'xterm' }),
      screenOf('ana', { env: { COLORTERM: 'truecolor', NO_COLOR: 'yes' } }),
    ]);
    await Promise.all([rich, plain, none].map((screen) => screen.waitFor('ams-core-01')));
    expect(rich.raw).toContain('\u001b[38;2;');
    expect(plain.raw).not.toContain('\u001b[38;2;');
    expect(plain.raw).toMatch(/\u001b\[3[0-7]m|\u001b\[9[0-7]m/u);
    expect(none.raw).not.toMatch(/\u001b\[(?:3[0-7]|38;)/u);
  });

  test('of their own organization, to two of two at once', async () => {
    const [acme, globex] = await Promise.all([screenOf('ben'), screenOf('gwen')]);
    await Promise.all([acme.waitFor('ams-core-01'), globex.waitFor('only-globex-01')]);
    expect(acme.lines()[0]).toContain('acme');
    expect(globex.lines()[0]).toContain('globex');
    await database.admin`UPDATE routers SET hostname = 'acme-told-01' WHERE hostname = 'fra-leaf-02'
      AND organization_id = (SELECT id FROM organizations WHERE slug = 'acme')`;
    await acme.waitFor('acme-told-01');
    expect(globex.raw).not.toContain('acme-told');
    expect(acme.raw).not.toContain('only-globex');
  });
});

describe('the server gives nothing', () => {
  test('to a key that no operator has', async () => {
    await expect(connect('stranger')).rejects.toThrow('All configured authentication methods failed');
  });

  test('to a key whose signature is of another', async () => {
    const client = new ssh2.Client();
    client.on('error', () => undefined);
    // Offers ana's key, and signs with another.
    const [ana, other] = [keys.ana, keys.stranger].map((text) => ssh2.utils.parseKey(text));
    if (ana === undefined || other === undefined || ana instanceof Error || other instanceof Error)
      throw new Error('keys');
    const forged = Object.create(ana, { sign: { value: other.sign.bind(other) } });
    client.connect({
      host: '127.0.0.1',
      port,
      username: 'ana',
      authHandler: (left, _partial, next) =>
        next(left === null ? { type: 'publickey', username: 'ana', key: forged } : 'none'),
    });
    await vi.waitFor(
      () => expect(readFileSync(path.join(state, 'netup-tui.log'), 'utf8')).toContain('the signature is wrong'),
      PATIENT,
    );
    client.end();
  });

  test('to a password', async () => {
    const client = new ssh2.Client();
    const { promise, resolve } = Promise.withResolvers<Error>();
    client.once('error', resolve);
    client.connect({ host: '127.0.0.1', port, username: 'ana', password: 'ana', tryKeyboard: true });
    expect((await promise).message).toContain('All configured authentication methods failed');
  });

  test('but a sentence to a command, a copy, a shell without a terminal, and nothing to what would be forwarded', async () => {
    const client = await connect('ana');
    const screen = await SshScreen.of((answer) => client.exec('sh', answer));
    expect(await screen.ended).toBe(1);
    expect(screen.errors).toBe('This server has the console and nothing else: connect without a command.\r\n');

    const second = await connect('ana');
    const subsystem = Promise.withResolvers<Error | undefined>();
    second.sftp((error) => subsystem.resolve(error));
    expect(await subsystem.promise).toBeInstanceOf(Error);

    const third = await connect('ana');
    const without = await SshScreen.of((answer) => third.shell(false, answer));
    expect(await without.ended).toBe(1);
    expect(without.errors).toContain('The console needs a terminal');

    const fourth = await connect('ana');
    const { host, port: databasePort } = database.settings('app_user');
    const outwards = Promise.withResolvers<Error | undefined>();
    fourth.forwardOut('127.0.0.1', 0, host, databasePort, (error) => outwards.resolve(error));
    expect((await outwards.promise)?.message).toContain('Channel open failure');
    const inwards = Promise.withResolvers<Error | undefined>();
    fourth.forwardIn('127.0.0.1', 0, (error) => inwards.resolve(error));
    expect((await inwards.promise)?.message).toContain('Unable to bind');
  });

  test('but one console on a connection', async () => {
    const client = await connect('ana');
    const screen = await SshScreen.open(client);
    await screen.waitFor('ams-core-01');
    await expect(SshScreen.open(client)).rejects.toThrow('Channel open failure');
    screen.type('j');
  });
});

/** As `operators disable` does. */
async function disable(name: string): Promise<void> {
  const { user, password } = database.adminSettings();
  const login = { PG_ADMIN_USER: user, PG_ADMIN_PASSWORD: password };
  await cli.run(['operators', 'disable', name], { ...databaseVariables(database.settings('app_user')), ...login });
}

describe('a session ends', () => {
  test('by an admin, who says why', async () => {
    const screen = await screenOf('ben');
    await screen.waitFor('ben (operator)');
    let id = '';
    await vi.waitFor(async () => {
      id = /^(\d+) +ben /mu.exec(await admin('sessions', 'list'))?.[1] ?? '';
      expect(id).not.toBe('');
    }, PATIENT);
    await admin('sessions', 'end', id, '--reason', 'left alone');
    expect(await screen.ended).toBe(1);
    await vi.waitFor(() => expect(said(screen)).toContain('This session was ended by ada: left alone.'), PATIENT);
  });

  test('with its operator, whom it tells once more', async () => {
    const screen = await screenOf('dora');
    await screen.waitFor('dora (viewer)');
    await vi.waitFor(async () => expect(await admin('sessions', 'list')).toContain(' dora '), PATIENT);
    await disable('dora');
    expect(await screen.ended).toBe(1);
    const again = await screenOf('dora');
    expect(await again.ended).toBe(1);
    await vi.waitFor(
      () => expect(said(again)).toContain('The operator dora is disabled; ask an administrator of netup-tui.'),
      PATIENT,
    );
  });

  test('with its line, and leaves nothing behind', async () => {
    const client = await connect('ben');
    const screen = await SshScreen.open(client);
    await screen.waitFor('ams-core-01');
    client.destroy();
    await vi.waitFor(async () => expect(await admin('sessions', 'list')).not.toContain(' ben '), PATIENT);
  });
});

describe('limits', () => {
  test('keep a stranger from staying, and an address from coming too often', async () => {
    const [limited, at] = await start({ NETUP_SERVE_GRACE: '2s', NETUP_SERVE_PER_ADDRESS: '3' });
    const sockets: Socket[] = [];
    const closed = Array.from({ length: 3 }, () => {
      const socket = createConnection({ host: '127.0.0.1', port: at });
      sockets.push(socket);
      socket.on('error', () => undefined);
      return new Promise<number>((resolve) => {
        const since = performance.now();
        socket.once('close', () => resolve(performance.now() - since));
        socket.resume();
      });
    });
    await vi.waitFor(() => expect(sockets.every(({ bytesRead }) => bytesRead > 0)).toBe(true), PATIENT);
    await expect(connect('ana', at)).rejects.toThrow(/hung up|ECONNRESET/u);
    await Promise.all(closed);
    const screen = await screenOf('ana', {}, at);
    await screen.waitFor('ams-core-01');
    limited.child.kill('SIGTERM');
    expect(await limited.ended).toBe(0);
  });

  test('a full house says so', async () => {
    const [limited, at] = await start({ NETUP_SERVE_SESSIONS: '1' });
    const first = await screenOf('ana', {}, at);
    await first.waitFor('ams-core-01');
    const second = await screenOf('ben', {}, at);
    expect(await second.ended).toBe(1);
    expect(second.errors).toContain('All places on this server are taken');
    // And it drains: whoever is on it reads why.
    limited.child.kill('SIGTERM');
    expect(await first.ended).toBe(1);
    await vi.waitFor(
      () => expect(said(first)).toContain('This server was stopped; what you asked for before is kept.'),
      PATIENT,
    );
    expect(await limited.ended).toBe(0);
  });
});

test('host keys are made once, for their owner alone', async () => {
  const file = path.join(state, 'serve', 'host_ed25519_key');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const before = readFileSync(file, 'utf8');
  const [again] = await start();
  again.child.kill('SIGTERM');
  expect(await again.ended).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('a slow reader holds up nobody and costs no memory', async () => {
  const client = await connect('ben');
  const screen = await SshScreen.open(client, { columns: 500, rows: 200 });
  await screen.waitFor('ams-core-01');
  // It reads nothing any more, and makes the console draw all of the screen again and again.
  screen.channel.pause();
  const memory = (): number =>
    Number(/^VmRSS:\s+(\d+)/mu.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))?.[1]);
  const other = await screenOf('ana');
  await other.waitFor('ams-core-01');
  const before = memory();
  for (let draw = 0; draw < 400; draw += 1) screen.channel.setWindow(draw % 2 === 0 ? 199 : 200, 500, 0, 0);
  other.type('?');
  await other.waitFor('Keys');
  expect((memory() - before) / 1024).toBeLessThan(100);
});
