import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benches } from './benches.ts';
import { formatResults, type Result } from './result.ts';

const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
const names = positionals.length === 0 ? Object.keys(benches) : positionals;
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(`There is no benchmark ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.\n`);
  process.exit(2);
}

const results: Result[] = [];
for (const name of names) {
  process.stderr.write(`measuring ${name} ...\n`);
  results.push(...((await benches[name]?.()) ?? []));
}
process.stdout.write(`${formatResults(results)}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
if (results.some((one) => one.holds === false)) process.exitCode = 1;
