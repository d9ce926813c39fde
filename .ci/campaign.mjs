// Runs the randomised tests for longer: `npm run campaign -- --seed 7 --runs 5000`. The same numbers give the same run.
// `npm run campaign -- soak --seed 7 --minutes 60` lets the program live for an hour instead (bench/soak/main.ts).
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';

/** Test files that ask for a campaign. */
const FILES = [
  'source/postgres/lost-backend.test.ts',
  'source/postgres/policy-match.test.ts',
  'test/console-walk.test.ts',
  'test/spool-crash.test.ts',
  'test/sshd.test.ts',
  'test/upgrade-crash.test.ts',
  'test/upgrade-faults.test.ts',
];

if (process.argv[2] === 'soak') {
  await build({ ifChanged: true });
  const soak = spawnSync(process.execPath, ['bench/soak/main.ts', ...process.argv.slice(3)], { stdio: 'inherit' });
  process.exit(soak.status ?? 1);
}

const { values } = parseArgs({ options: { seed: { type: 'string' }, runs: { type: 'string' } } });
for (const [name, value] of Object.entries(values)) {
  if (!/^\d{1,9}$/u.test(value)) {
    process.stderr.write(`--${name} must be a whole number, for example --${name} 5000.\n`);
    process.exit(2);
  }
}
const env = {
  ...process.env,
  ...(values.seed === undefined ? {} : { NETUP_CAMPAIGN_SEED: values.seed }),
  ...(values.runs === undefined ? {} : { NETUP_CAMPAIGN_RUNS: values.runs }),
};
const { status } = spawnSync('npx', ['vitest', 'run', '--testTimeout=0', ...FILES], { env, stdio: 'inherit' });
process.exit(status ?? 1);
