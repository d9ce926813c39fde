import { expect, test } from 'vitest';
import { AnswerReader } from './answer-reader.ts';
import type { Manner } from './terminal.ts';

test.each<readonly [string, Manner, string, string, string | null]>([
  ['a line', 'line', 'yes\r', 'yes\r\n', 'yes'],
  ['a corrected line', 'line', 'x\u007f\u007fno\n', 'x\b \bno\r\n', 'no'],
  ['a question mark is a letter', 'line', 'w?\r', 'w?\r\n', 'w?'],
  ['the return key alone', 'line', '\r', '\r\n', ''],
  ['a secret is not shown', 'secret', 'pass\u007fx\r', '\r\n', 'pasx'],
  ['one key', 'key', 'y', 'y\r\n', 'y'],
  ['one key, the return key', 'key', '\n', '\r\n', ''],
  ['an interrupt', 'secret', 'pa\u0003', '^C\r\n', null],
])('%s', (_name, manner, keys, shown, expected) => {
  const reader = new AnswerReader(manner);
  const strokes = Array.from(keys, (key) => reader.key(key));
  expect(strokes.map(({ echo }) => echo).join('')).toBe(shown);
  expect(strokes.slice(0, -1).every(({ answer }) => answer === undefined)).toBe(true);
  expect(strokes.at(-1)?.answer).toBe(expected);
});
