import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lockDirectory } from './embedded/directory-lock.ts';
import { installBinaries } from './embedded/server-binaries.ts';
import { defaultServerDirectory } from './embedded/server-account.ts';
import { type EmbeddedServer, startEmbeddedServer } from './embedded-server.ts';

// The same copy of the programs as the test run's own server uses.
const binaries = path.join(tmpdir(), `netup-test-binaries-${process.getuid?.() ?? 0}`);
let home = '';
let directory = '';
let running: EmbeddedServer[] = [];

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'netup-embedded-'));
  directory = path.join(home, 'server');
  await mkdir(directory);
  // As the server's account finds it: mkdtemp closes what it makes.
  await chmod(home, 0o755);
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  running = [];
  await rm(home, { recursive: true, force: true });
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

  it('lets one of two that find a dead lock at once have it', async () => {
    for (let round = 0; round < 5; round += 1) {
      await writeFile(path.join(directory, 'lock'), '4194305 1');
      const results = await Promise.allSettled([1, 2, 3].map(() => lockDirectory(directory)));
      const unlocks = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(unlocks).toHaveLength(1);
      await unlocks[0]?.();
      expect(existsSync(path.join(directory, 'lock'))).toBe(false);
    }
  });

  it('starts under a umask that closes new folders to others', async () => {
    const before = process.umask(0o077);
    try {
      directory = path.join(directory, 'new', 'er');
      const server = await startEmbeddedServer({ directory });
      running.push(server);
      expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      process.umask(before);
    }
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

describe('installBinaries', () => {
  it('makes one copy for two that start at once, with the links that the package lacks', async () => {
    const [first, second] = await Promise.all([installBinaries(directory), installBinaries(directory)]);
    expect(second).toBe(first);
    expect(readdirSync(directory)).toEqual([path.basename(first)]);
    const links = readdirSync(path.join(first, 'lib')).filter((name) => name.startsWith('libpq.so'));
    expect(links.length).toBe(process.platform === 'linux' ? 3 : 0);
  });

  it('does not run programs that somebody else put there', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('only root can give files to somebody else');
    const programs = await installBinaries(directory);
    await chown(programs, 65_534, 65_534);
    await expect(installBinaries(directory)).rejects.toThrow(/belong to another user; set NETUP_STATE_DIR/u);
    return undefined;
  });
});

describe('defaultServerDirectory', () => {
  it('is below a state folder that the server can reach, and elsewhere for root with a closed home', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('only root lends its server another account');
    const closed = path.join(home, 'state');
    await chmod(home, 0o700);
    expect(defaultServerDirectory(closed)).toMatch(/^\/var\/lib\/netup-tui\/tmp-netup-embedded-/u);
    expect(defaultServerDirectory('/srv/state')).toBe('/srv/state/postgres');
    return undefined;
  });
});
