import { expect, test } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');

test.each<[string | null | undefined, number | null]>([
  ['0', 0],
  [' 30 ', 30_000],
  ['86400', 900_000],
  ['999999999', 900_000],
  ['9999999999', null],
  ['Tue, 24 Nov 2026 12:01:40 GMT', 100_000],
  ['Tue, 24 Nov 2026 11:00:00 GMT', 0],
  ['Tue, 24 Nov 2027 11:00:00 GMT', 900_000],
  ['not a date GMT', null],
  ['-5', null],
  ['1.5', null],
  ['', null],
  [null, null],
  [undefined, null],
])('%j means %j ms', (header, ms) => {
  expect(retryAfterMs(header, NOW)).toBe(ms);
});
