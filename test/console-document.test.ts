import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const page = readFileSync(path.join(root, 'docs', 'console.md'), 'utf8');
const complaints = page.split('## What people complain of in such tools')[1] ?? '';
const named = [...complaints.matchAll(/\| `(?<file>[\w./-]+\.test\.tsx?)`: (?<title>.+?) +\|$/gmu)].map(
  ({ groups }): [string, string] => [groups?.['file'] ?? '', groups?.['title'] ?? ''],
);

test('every complaint names its test', () => {
  const rows = complaints.split('\n').filter((line) => line.startsWith('| ')).length;
  expect(named).toHaveLength(rows - 2);
  expect(named.length).toBeGreaterThan(10);
});

test.for(named)('%s has the test: %s', ([file, title]) => {
  expect(readFileSync(path.join(root, file), 'utf8')).toContain(title);
});
