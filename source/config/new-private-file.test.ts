import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkNewFile, writeNewPrivateFile } from './new-private-file.ts';
import { UserError } from './user-error.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'netup-private-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('it is there whole, for its owner alone, and nothing else stays', () => {
  const file = path.join(folder, 'tokens');
  checkNewFile(file, '--out');
  writeNewPrivateFile(file, 'a=b\n', '--out');
  expect(readFileSync(file, 'utf8')).toBe('a=b\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['tokens']);
});

test('a file that is there is not overwritten, and nothing else stays', () => {
  const file = path.join(folder, 'theirs');
  writeFileSync(file, 'theirs');
  const refusal = new UserError(
    `${file} is there already and is not overwritten; name another file by --out, or move it away.`,
  );
  expect(() => checkNewFile(file, '--out')).toThrow(refusal);
  expect(() => writeNewPrivateFile(file, 'ours', '--out')).toThrow(refusal);
  expect(readFileSync(file, 'utf8')).toBe('theirs');
  expect(readdirSync(folder)).toEqual(['theirs', 'tokens']);
});

test('a folder that cannot be written in is known before', () => {
  const file = path.join(folder, 'no', 'tokens');
  const refusal = new UserError(`${file} cannot be written (ENOENT); name a file in a folder of yours by --out.`);
  expect(() => checkNewFile(file, '--out')).toThrow(refusal);
  expect(() => writeNewPrivateFile(file, 'ours', '--out')).toThrow(refusal);
});
