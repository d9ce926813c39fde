import { expect, test } from 'vitest';
import { type FieldPoint, FieldPoints, type FieldValue } from './field-points.ts';
import { progressReadings, validationReadings } from './upgrade-readings.ts';

function point(at: number, fields: Readonly<Record<string, FieldValue>>, part = ''): FieldPoint {
  return { part, at, fields: new Map(Object.entries(fields)) };
}

const progress = { upgrade_id: '7', step: 'activate', step_status: 'running', percent: 0 };
const result = { upgrade_id: '7', phase: 'after', test_passed: 0 };

test('fields that were sent together come together again, whatever order they are answered in', () => {
  const points = new FieldPoints();
  points.add('b', 2, 'x', 1);
  points.add('a', 2, 'x', 'text');
  points.add('b', 1, 'x', 3);
  points.add('b', 2, 'y', 4);
  expect(points.points()).toEqual([
    point(1, { x: 3 }, 'b'),
    point(2, { x: 'text' }, 'a'),
    point(2, { x: 1, y: 4 }, 'b'),
  ]);
});

test('progress of 0 percent is progress', () => {
  expect(progressReadings([point(1, progress)], null)).toEqual([
    expect.objectContaining({ percent: 0, stepPercent: null, at: 1 }),
  ]);
});

// Whoever else writes to the bucket is not bound to our check.
test.each(['upgrade_id', 'step', 'step_status', 'percent'])('progress without %s is left out, not made up', (field) => {
  const { [field]: _, ...others }: Record<string, FieldValue> = progress;
  expect(progressReadings([point(1, progress), point(2, others)], null)).toEqual([expect.objectContaining({ at: 1 })]);
});

test.each([{ step: 'format_flash' }, { step_status: 'bored' }, { percent: 'half' }, { upgrade_id: 7 }])(
  'progress with %j is left out',
  (change) => {
    expect(progressReadings([point(1, { ...progress, ...change })], null)).toEqual([]);
  },
);

test.each(['upgrade_id', 'phase', 'test_passed'])('a result without %s is left out', (field) => {
  const { [field]: _, ...others }: Record<string, FieldValue> = result;
  expect(validationReadings([point(1, others, 'bgp')], null)).toEqual([]);
  expect(validationReadings([point(1, result, 'bgp')], '7')).toHaveLength(1);
});
