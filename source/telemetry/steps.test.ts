import { property, assert, integer } from 'fast-check';
import { expect, test } from 'vitest';
import { cutIntoSteps, SeriesCollector } from './steps.ts';

test('steps cover the window, and are no more than wanted', () => {
  assert(
    property(
      integer({ min: 1, max: 2 ** 41 }),
      integer({ min: 1, max: 10_000_000 }),
      integer({ min: 1, max: 500 }),
      (start, length, wanted) => {
        const steps = cutIntoSteps({ start, end: start + length }, wanted);
        expect(steps.start).toBe(start);
        expect(steps.count).toBeLessThanOrEqual(wanted);
        expect(steps.count * steps.stepMs).toBeGreaterThanOrEqual(length);
        expect((steps.count - 1) * steps.stepMs).toBeLessThan(length);
      },
    ),
  );
});

test.each([
  [{ start: 0, end: 0 }, 1],
  [{ start: 10, end: 5 }, 1],
  [{ start: 0, end: 10.5 }, 1],
  [{ start: Number.NaN, end: 10 }, 1],
  [{ start: 0, end: 10 }, 0],
  [{ start: 0, end: 10 }, 1.5],
])('%j cannot be cut into %d steps', (window, wanted) => {
  expect(() => cutIntoSteps(window, wanted)).toThrow(RangeError);
});

test('a collector makes means of unequal parts without averaging means', () => {
  const collector = new SeriesCollector({ start: 1000, stepMs: 10, count: 3 });
  collector.add('r1', 1000, 30, 3);
  collector.add('r1', 1009, 50, 1);
  collector.add('r1', 1029, 7, 1);
  expect(collector.series('means').get('r1')).toEqual({ start: 1000, stepMs: 10, values: [20, null, 7] });
  expect(collector.series('sums').get('r1')?.values).toEqual([80, null, 7]);
});

test('a collector refuses what is outside its window', () => {
  const collector = new SeriesCollector({ start: 1000, stepMs: 10, count: 3 });
  expect(() => collector.add('r1', 999, 1, 1)).toThrow(RangeError);
  expect(() => collector.add('r1', 1030, 1, 1)).toThrow(RangeError);
  expect(() => collector.add('r1', Number.NaN, 1, 1)).toThrow(RangeError);
});
