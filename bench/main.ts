import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benches } from './benches.ts';
import { formatResults, type Result } from './result.ts';

const { values, positionals } = parseArgs({
  options: { json: { type: 'string' }, upgrades: { type: 'string', default: '200' } },
  allowPositionals: true,
});
const upgrades = Number(values.upgrades);
if (!Number.isInteger(upgrades) || upgrades < 1 || upgrades > 2000) {
  process.stderr.write('--upgrades must be a whole number from 1 to 2000.\n');
  process.exit(2);
}
const names = positionals.length === 0 ? Object.keys(benches) : positionals;
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(`There is no benchmark ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.\n`);
  process.exit(2);
}

const results: Result[] = [];
for (const name of names) {
  process.stderr.write(`measuring ${name} ...\n`);
  try {
    results.push(...((await benches[name]?.({ upgrades })) ?? []));
  } catch (error) {
    process.stderr.write(`${name} failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
process.stdout.write(`${formatResults(results)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
if (results.some((one) => one.holds === false)) process.exitCode = 1;
