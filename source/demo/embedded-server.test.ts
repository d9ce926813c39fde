import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultServerDirectory } from './embedded/server-account.ts';
import { type EmbeddedServer, startEmbeddedServer } from './embedded-server.ts';

// The same copy of the programs as the test run's own server uses.
const binaries = path.join(tmpdir(), `netup-test-binaries-${process.getuid?.() ?? 0}`);
let directory = '';
let running: EmbeddedServer[] = [];

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'netup-embedded-'));
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  running = [];
  await rm(directory, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ directory, binaries, settings: ['fsync=off'] });
  running.push(server);
  return server;
}

async function query(server: EmbeddedServer, text: string): Promise<postgres.Row[]> {
  const { host, port, adminUser: user, adminPassword: password } = server;
  const sql = postgres({ host, port, user, password, database: 'postgres', max: 1 });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const serverPid = async (): Promise<number> =>
  Number((await readFile(path.join(directory, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);

describe('startEmbeddedServer', () => {
  it('keeps its data between starts, listens on loopback only, and asks for the password', async () => {
    const first = await start();
    await query(first, 'CREATE TABLE kept (id int)');
    expect(await query(first, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    await expect(query({ ...first, adminPassword: 'wrong' }, 'SELECT 1')).rejects.toThrow(
      'password authentication failed',
    );
    expect(statSync(path.join(directory, 'admin-password')).mode & 0o777).toBe(0o600);
    await first.stop();
    running = [];
    expect(existsSync(path.join(directory, 'lock'))).toBe(false);
    expect(await query(await start(), 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 0 }]);
  });

  it('refuses a second owner of its directory, and takes a dead one over', async () => {
    await start();
    await expect(start()).rejects.toThrow(/Another demo \(process \d+\) uses .*; end it, or set NETUP_STATE_DIR/u);
    await running[0]?.stop();
    running = [];
    // As a process that was killed leaves it behind: no process has such a number.
    await writeFile(path.join(directory, 'lock'), '4194305 1');
    expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('starts over when the first start was interrupted', async () => {
    const first = await start();
    await first.stop();
    running = [];
    await rm(path.join(directory, 'initialised'));
    expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('leaves no server behind when its owner is killed, and starts again after that', async () => {
    const module = new URL('embedded-server.ts', import.meta.url).href;
    const script = `import { startEmbeddedServer } from ${JSON.stringify(module)};
      await startEmbeddedServer(${JSON.stringify({ directory, binaries })}); console.log('started'); setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => owner.stdout.once('data', resolve));
    const pid = await serverPid();
    expect(isAlive(pid)).toBe(true);
    owner.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 15_000 });
    expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('defaultServerDirectory', () => {
  it('is below a state folder that the server can reach, and elsewhere for root with a closed home', (context) => {
    if (process.getuid?.() !== 0) return context.skip('only root lends its server another account');
    const closed = path.join(directory, 'state');
    expect(defaultServerDirectory(closed)).toMatch(/^\/var\/lib\/netup-tui\/tmp-netup-embedded-/u);
    expect(defaultServerDirectory('/srv/state')).toBe('/srv/state/postgres');
    return undefined;
  });
});
