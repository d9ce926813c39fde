import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { COMMON_TAGS, fieldsOf, type Measurement, MEASUREMENTS } from '../source/model/measurements/definitions.ts';
import { measurementFiles } from './support/measurement-texts.ts';

const measurements: readonly Measurement[] = Object.values(MEASUREMENTS);
const fields = measurements.flatMap((measurement) => fieldsOf(measurement));

test.each(measurementFiles)('$path says what the definition says (npm run measurements)', ({ file, withText }) => {
  const text = readFileSync(file, 'utf8');
  expect(withText(text)).toBe(text);
});

describe('the definition', () => {
  test('has the measurements and tags of the guide, and no id, version or message among the tags', () => {
    expect(Object.keys(MEASUREMENTS)).toEqual([
      'cpu',
      'memory',
      'interfaces',
      'errors',
      'system',
      'upgrade_progress',
      'upgrade_validation',
    ]);
    expect(Object.keys(COMMON_TAGS)).toEqual(['router_id', 'organization', 'vendor', 'site']);
    const further = measurements.flatMap(({ tag }) => tag?.name ?? []);
    expect(new Set(further)).toEqual(new Set(['interface_name', 'severity', 'component']));
  });

  test.each([
    [/_percent$|^percent$/u, { kind: 'percentage', type: 'float', min: 0, max: 100 }],
    [/_bytes$/u, { kind: 'size', type: 'integer', unit: 'bytes', min: 0 }],
    [/_count$/u, { kind: 'count', type: 'integer', min: 0 }],
    [/_rate$/u, { kind: 'rate', type: 'float', min: 0 }],
    [/^(admin|oper)_status$|_passed$/u, { kind: 'status', type: 'integer', values: [0, 1] }],
  ])('a field named like %s is what its name says', (name, like) => {
    const named = fields.filter((field) => name.test(field.name));
    expect(named.length).toBeGreaterThan(1);
    for (const { field } of named) expect(field).toMatchObject(like);
    const { kind } = like;
    if (kind === 'size') return;
    expect(fields.filter(({ field }) => field.kind === kind).map((field) => field.name)).toEqual(
      named.map((field) => field.name),
    );
  });
});
