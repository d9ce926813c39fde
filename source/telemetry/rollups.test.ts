import { expect, test } from 'vitest';
import { fuller, historyOf, regroup, RollupCollector } from './rollups.ts';

const rollup = (count: number, mean: number, min = mean, max = mean) => ({ sum: count * mean, count, min, max });

test('parts of a span come one by one, and those of two series are put together', () => {
  const collector = new RollupCollector();
  for (const part of [{ sum: 20 }, { count: 2 }, { min: 5 }, { max: 15 }]) collector.add(0, part);
  for (const part of [{ sum: 40 }, { count: 1 }, { min: 40 }, { max: 40 }]) collector.add(0, part);
  collector.add(7, { sum: 1 });
  expect(collector.rollups()).toEqual(new Map([[0, { sum: 60, count: 3, min: 5, max: 40 }]]));
});

test('of two accounts of a span the fuller one holds', () => {
  const sums = new Map([
    [1, rollup(60, 10)],
    [2, rollup(60, 10)],
  ]);
  const readings = new Map([
    [2, rollup(59, 99)],
    [3, rollup(1, 30)],
  ]);
  const expected = new Map([...sums, [3, rollup(1, 30)]]);
  expect(fuller(sums, readings)).toEqual(expected);
  expect(fuller(readings, sums)).toEqual(expected);
});

test('a mean is that of the samples, however many spans they came in', () => {
  const hours = new Map([
    [0, rollup(1, 90, 90, 90)],
    [10, rollup(3, 10, 2, 18)],
    [20, rollup(1, 5)],
    [40, rollup(1, 5)],
  ]);
  const whole = regroup(hours, (start) => (start < 20 ? 0 : start));
  expect(whole.get(0)).toEqual({ sum: 120, count: 4, min: 2, max: 90 });
  expect(historyOf([0, 20, 30, 40], whole)).toEqual({
    end: 40,
    steps: [
      { start: 0, mean: 30, min: 2, max: 90, sum: 120 },
      { start: 20, mean: 5, min: 5, max: 5, sum: 5 },
      { start: 30, mean: null, min: null, max: null, sum: null },
    ],
  });
});
