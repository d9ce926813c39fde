// The bill of materials of the published package, in CycloneDX: what is in the bundle by the lock file, with versions, hashes and licences.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { licenseName } from './licenses.mjs';

/** Node itself, which comes with a checkout only, and the native add-ons that ssh2 does without (see `external` of the bundle). */
const NOT_IN_THE_PACKAGE = /^(?:node-(?:bin-)?(?:linux|darwin|win)-\w+|cpu-features|buildcheck|nan)@/u;

/**
 * @param {string} root folder of the repository
 * @returns {string} the bill, as JSON
 */
export function billOfMaterials(root) {
  const read = (name) => JSON.parse(readFileSync(path.join(root, name), 'utf8'));
  // By the lock file: what happens to be installed, or left out for this platform, makes no difference. `--include=dev`, because npm
  // leaves these out by itself where NODE_ENV is production.
  const bill = JSON.parse(
    npm(['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only', '--include=dev'], root),
  );
  const kept = packagedBy(read('package-lock.json').packages);
  const stays = (reference) => reference === bill.metadata.component['bom-ref'] || kept.has(reference);
  bill.components = bill.components.filter((one) => stays(one['bom-ref']));
  for (const component of bill.components) component.licenses ??= licensesOf(root, component.name);
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => stays(ref))
    .map((one) => ({ ...one, dependsOn: one.dependsOn.filter(stays) }));
  // npm takes the name of the folder.
  bill.metadata.component.name = read('package.json').name;
  return `${JSON.stringify(bill, null, 2)}\n`;
}

/**
 * `name@version` of what is not for development alone. npm's own `--omit=dev` leaves out what is for development as well: zod and
 * react, of which a tool for development has need too.
 */
function packagedBy(packages) {
  const references = Object.entries(packages)
    .filter(([place, { dev, devOptional }]) => place !== '' && dev !== true && devOptional !== true)
    .map(([place, { name, version }]) => `${name ?? place.replace(/^.*node_modules\//u, '')}@${version}`);
  return new Set(references.filter((reference) => !NOT_IN_THE_PACKAGE.test(reference)));
}

/** What the lock file does not know, because the package says it in an older way. */
function licensesOf(root, name) {
  const file = path.join(root, 'node_modules', name, 'package.json');
  const id = existsSync(file) ? licenseName(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  return id === undefined ? [] : [{ license: { id } }];
}

function npm(argv, cwd) {
  const script = process.env.npm_execpath;
  const options = { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };
  // Within `npm pack` it is the same npm.
  if (script !== undefined && /npm-cli\.c?js$/u.test(script)) {
    return execFileSync(process.execPath, [script, ...argv], options);
  }
  return execFileSync('npm', argv, options);
}
