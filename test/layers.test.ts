import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const root = path.join(import.meta.dirname, '..');

/** Highest first: a folder may import those after it. */
const layers = [
  'cli',
  'demo',
  'serve',
  'console',
  'mcp',
  'upgrades',
  'collectors',
  'agent',
  'telemetry',
  'postgres',
  'simulator',
  'devices',
  'model',
  'config',
];

function allowed(from: string, to: string): boolean {
  if (from === 'config') return to === 'model';
  if ((from === 'simulator' && to === 'devices') || (from === 'model' && to === 'config')) return false;
  return layers.indexOf(from) < layers.indexOf(to);
}

const pairs = layers.flatMap((from) => layers.filter((to) => to !== from).map((to) => ({ from, to })));
const forms = {
  static: (to: string) => `import { x } from '../../${to}/x.ts';\nexport const y = x;\n`,
  types: (to: string) => `import type { x } from '../../${to}/x.ts';\nexport type Y = typeof x;\n`,
  exported: (to: string) => `export { x } from '../../${to}/x.ts';\n`,
};

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      integrity: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

const report = z.object({ diagnostics: z.array(z.object({ filename: z.string(), code: z.string().optional() })) });

describe('the layer rule of the linter', () => {
  let folder = '';
  let reported = new Set<string>();

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'netup-layers-'));
    for (const file of ['oxlint.config.ts', 'tsconfig.json', 'package.json'])
      cpSync(path.join(root, file), path.join(folder, file));
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    for (const layer of layers) {
      mkdirSync(path.join(folder, 'source', layer, 'part'), { recursive: true });
      writeFileSync(path.join(folder, 'source', layer, 'x.ts'), 'export const x = 1;\n');
    }
    for (const { from, to } of pairs) {
      for (const [form, text] of Object.entries(forms)) {
        writeFileSync(path.join(folder, 'source', from, 'part', `${form}-${to}.ts`), text(to));
      }
    }
    reported = await lint(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(Object.keys(forms))('refuses each %s import that points up, and no other', (form) => {
    const wrong = pairs.filter(
      ({ from, to }) => reported.has(`source/${from}/part/${form}-${to}.ts`) === allowed(from, to),
    );
    expect(wrong).toEqual([]);
  });
});

/** The files in which the linter found a restricted import. */
async function lint(folder: string): Promise<Set<string>> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const oxlint = path.join(root, 'node_modules', '.bin', 'oxlint');
  execFile(oxlint, ['--format', 'json'], { cwd: folder, maxBuffer: 1 << 26 }, (_error, stdout) => resolve(stdout));
  const { diagnostics } = report.parse(JSON.parse(await promise));
  return new Set(
    diagnostics.filter(({ code }) => code?.includes('no-restricted-imports')).map(({ filename }) => filename),
  );
}

/** The linter does not look into `import()`. */
test('no import() in the sources points up', () => {
  const wrong = sources().flatMap(({ file, text }) => {
    const from = file.split('/')[1] ?? '';
    const imports = [...text.matchAll(/\bimport\('(?:\.\.\/)+(?<to>[a-z]+)\//gu)].map(
      (match) => match.groups?.['to'] ?? '',
    );
    return imports
      .filter((to) => layers.includes(to) && to !== from && !allowed(from, to))
      .map((to) => `${file} imports ${to}`);
  });
  expect(wrong).toEqual([]);
});

test('every folder of the sources is a layer', () => {
  const folders = readdirSync(path.join(root, 'source'), { withFileTypes: true }).map(({ name }) => name);
  expect(folders.filter((name) => !layers.includes(name))).toEqual([]);
});

test('no source file is longer than 300 lines, and half of them are below 80', () => {
  const lengths = sources()
    .map(({ file, text }) => ({ file, lines: text.split('\n').length - 1 }))
    .toSorted((a, b) => a.lines - b.lines);
  expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
  expect(lengths[Math.floor(lengths.length / 2)]?.lines).toBeLessThan(80);
});

describe('the lock file', () => {
  const text = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  const { packages } = lockFile.parse(JSON.parse(text));
  const installed = Object.entries(packages).filter(([folder]) => folder !== '');

  test('records no download addresses, and a checksum for every package', () => {
    expect(text).not.toMatch(/"resolved"|https?:\/\/registry/u);
    expect(installed.filter(([, { integrity }]) => integrity === undefined)).toEqual([]);
  });

  // One that is not there makes `npm ci` stop, on every platform.
  test('has every optional package that a package names', () => {
    const missing = Object.entries(packages).flatMap(([folder, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !isReachable(folder, name))
        .map((name) => `${name} of ${folder}`),
    );
    expect(missing).toEqual([]);
  });

  function isReachable(folder: string, name: string): boolean {
    if (`${folder}/node_modules/${name}`.replace(/^\//u, '') in packages) return true;
    const outer = folder.lastIndexOf('/node_modules/');
    return folder !== '' && isReachable(outer === -1 ? '' : folder.slice(0, outer), name);
  }

  test('has no install script that package.json does not refuse by name, so that npm asks nobody about it', () => {
    const withScripts = installed.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const { allowScripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const names = withScripts.map(([folder]) => folder.replace(/^.*node_modules\//u, ''));
    expect(names.filter((name) => allowScripts[name] !== false)).toEqual([]);
  });
});

function sources(): readonly { readonly file: string; readonly text: string }[] {
  return readdirSync(path.join(root, 'source'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/u.test(name) && !/\.test\.tsx?$/u.test(name))
    .map((name) => ({ file: `source/${name}`, text: readFileSync(path.join(root, 'source', name), 'utf8') }));
}
