// Writes sql/schema.sql from sql/migrations; with --check, says by its exit code whether it is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { readMigrations } from '../source/postgres/migrations/migration-files.ts';
import { schemaText } from '../source/postgres/migrations/schema-text.ts';

const file = new URL('../sql/schema.sql', import.meta.url);
const text = schemaText(await readMigrations());
if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write('sql/schema.sql is out of date: run `npm run schema`.\n');
  process.exitCode = 1;
}
