import { expect, test } from 'vitest';
import { cutIntoChunks } from './chunks.ts';
import { ledgerText, readLedger } from './ledger.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const month = { start: now - 30 * 86_400_000, end: now };

// Few points make long parts, of which one ends after what is to come, and the next is empty.
test.each([50, 25_000_000])('what is written of %d points can be read again', (points) => {
  const chunks = cutIntoChunks(month, points, now);
  const copied = new Map(chunks.slice(1).map(({ start }, index) => [start, index * 250_001]));
  expect(readLedger(ledgerText({ chunks, copied }))).toEqual({ chunks, copied });
});

test.each(['', 'points', '0:1', '5:1,3', '0:1,b:2,a', '0:1,b:2,c;'])('%j is no ledger', (text) => {
  expect(readLedger(text)).toBeNull();
});
