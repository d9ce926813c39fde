// Runs the randomised tests for longer: `npm run campaign -- lost-backend --seed 7 --runs 5000`. The same numbers give the same run.
// Without names it runs all that there are. `npm run campaign -- soak --seed 7 --minutes 60` lets the program live for an hour instead
// (bench/soak/main.ts).
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';

if (process.argv[2] === 'soak') {
  await build({ ifChanged: true });
  const soak = spawnSync(process.execPath, ['bench/soak/main.ts', ...process.argv.slice(3)], { stdio: 'inherit' });
  process.exit(soak.status ?? 1);
}

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string' }, runs: { type: 'string' } },
  allowPositionals: true,
});
for (const [name, value] of Object.entries(values)) {
  if (!/^\d{1,9}$/u.test(value)) stop(`--${name} must be a whole number, for example --${name} 5000.`);
}

/** Test files that ask for a campaign, by their names without `.test.ts`. */
const all = new Map(
  globSync('{source,test}/**/*.test.ts')
    .filter((file) => readFileSync(file, 'utf8').includes("support/campaign.ts'"))
    .map((file) => [path.basename(file, '.test.ts'), file]),
);
const unknown = positionals.find((name) => !all.has(name));
if (unknown !== undefined) {
  const names = [...all.keys()].toSorted((one, other) => one.localeCompare(other));
  stop(`There is no campaign ${unknown}; there is ${names.join(', ')}.`);
}
const files = positionals.length === 0 ? [...all.values()] : positionals.map((name) => all.get(name));

/** @param {string} fault */
function stop(fault) {
  process.stderr.write(`${fault}\n`);
  process.exit(2);
}

const env = {
  ...process.env,
  ...(values.seed === undefined ? {} : { NETUP_CAMPAIGN_SEED: values.seed }),
  ...(values.runs === undefined ? {} : { NETUP_CAMPAIGN_RUNS: values.runs }),
};
const { status } = spawnSync('npx', ['vitest', 'run', '--testTimeout=0', ...files], { env, stdio: 'inherit' });
process.exit(status ?? 1);
