import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutIntoChunks, notOlder, oldestKept } from './chunks.ts';
import { BEGINNING, FAR_AHEAD } from './questions.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const DAY = 86_400_000;

describe('chunks', () => {
  test('cover all of time once, whatever the span and the number of points', () => {
    const age = integer({ min: -DAY, max: 800 * DAY });
    assert(
      property(
        age,
        integer({ min: 1, max: 30 * DAY }),
        integer({ min: 0, max: 100_000_000 }),
        (ago, length, points) => {
          const chunks = cutIntoChunks({ start: NOW - ago, end: NOW - ago + length }, points, NOW);
          expect(chunks[0]?.start).toBe(BEGINNING);
          expect(chunks.at(-1)?.end).toBe(FAR_AHEAD);
          expect(chunks.slice(1).map(({ start }) => start)).toEqual(chunks.slice(0, -1).map(({ end }) => end));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('are short where points are many, and not endless where they are few', () => {
    const week = { start: NOW - 7 * DAY, end: NOW };
    expect(cutIntoChunks(week, 1000, NOW)).toHaveLength(4);
    expect(cutIntoChunks(week, 25_000_000, NOW).length).toBeGreaterThan(100);
  });
});

test('what is older than the bucket keeps is cut off', () => {
  expect(oldestKept(0, NOW)).toBe(BEGINNING);
  const oldest = oldestKept(7 * 86_400, NOW);
  expect(oldest).toBe(NOW - 7 * DAY + 60_000);
  expect(notOlder({ start: oldest - 5, end: oldest + 5 }, oldest)).toEqual({ start: oldest, end: oldest + 5 });
  expect(notOlder({ start: oldest - 5, end: oldest }, oldest)).toBeNull();
  expect(notOlder({ start: 5, end: 5 }, BEGINNING)).toBeNull();
});
