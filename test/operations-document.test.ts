import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const guide =
  readFileSync(path.join(root, 'docs', 'operations.md'), 'utf8').split('## When something is wrong')[1] ?? '';
const named = [...guide.matchAll(/\| `(test\/[\w-]+\.test\.ts)`: (.+?) +\|$/gmu)].map(
  ([, file = '', title = '']): [string, string] => [file, title],
);

test('every symptom names its test', () => {
  const rows = guide.split('\n').filter((line) => line.startsWith('| ')).length;
  expect(named.length).toBe(rows - 2);
  expect(named.length).toBeGreaterThan(10);
});

test.for(named)('%s has the test: %s', ([file, title]) => {
  expect(readFileSync(path.join(root, file), 'utf8')).toContain(title);
});
