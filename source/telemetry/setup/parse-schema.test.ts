import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { COMMON_TAGS, fieldsOf, type Measurement, MEASUREMENTS } from '../../model/measurements/definitions.ts';
import { parseSchema } from './parse-schema.ts';

const text = readFileSync(new URL('../../../influx/schema.yml', import.meta.url), 'utf8');
const name = 'influx/schema.yml';

describe('influx/schema.yml', () => {
  const schema = parseSchema(text, name);

  test('has the buckets and tokens of the guide', () => {
    expect(schema.buckets.map((bucket) => [bucket.name, bucket.retention / 86_400])).toEqual([
      ['telemetry', 7],
      ['telemetry_aggregated', 90],
      ['telemetry_historical', 730],
    ]);
    expect(schema.tokens).toEqual([
      {
        name: 'mcp_influx_server',
        permissions: [
          { action: 'read', resource: 'telemetry' },
          { action: 'write', resource: 'telemetry' },
        ],
      },
      { name: 'grafana_readonly', permissions: [{ action: 'read', resource: '*' }] },
    ]);
  });

  test('has the measurements that the program writes', () => {
    const defined: readonly (readonly [string, Measurement])[] = Object.entries(MEASUREMENTS);
    const told = defined.map(([measurement, definition]) => [
      measurement,
      {
        tags: [...Object.keys(COMMON_TAGS), ...(definition.tag === null ? [] : [definition.tag.name])],
        fields: fieldsOf(definition).map(({ name: field, field: { type, unit } }) => [field, type, unit]),
      },
    ]);
    const declared = Object.entries(schema.measurements).map(([measurement, { tags, fields }]) => [
      measurement,
      { tags, fields: Object.entries(fields).map(([field, { type, unit }]) => [field, type, unit]) },
    ]);
    expect(declared).toEqual(told);
  });
});

describe('a fault is told in a sentence', () => {
  test.each([
    ['retention: 7d', 'retention: 7', 'buckets[0].retention is not a time such as 7d or 2y.'],
    ['retention: 90d', 'retention: 90 days', 'buckets[1].retention is not a time such as 7d or 2y.'],
    ['retention: 7d', 'retension: 7d', 'buckets[0] has an unknown "retension".'],
    ['name: telemetry\n', 'name: Telemetry!\n', 'buckets[0].name is not a name of small letters, digits and _.'],
    ['name: telemetry\n', 'name: telemetry_historical\n', 'buckets has "telemetry_historical" twice.'],
    ['action: write', 'action: admin', 'tokens[0].permissions[1].action is neither read nor write.'],
    ['buckets/*', 'orgs/*', 'tokens[1].permissions[0].resource is neither buckets/NAME nor buckets/*.'],
    [
      'buckets/telemetry }',
      'buckets/other }',
      'the token mcp_influx_server is for the bucket "other", which is not declared.',
    ],
    ['every: 1h', 'every: hourly', 'tasks[0].every is not a duration such as 10m or 1h.'],
    ['every: 1h', "cron: '0 * * *'", 'tasks[0].cron is not a schedule of five parts.'],
    ['every: 1h\n', "every: 1h\n    cron: '0 * * * *'\n", 'tasks[0] needs one of every and cron.'],
    ['tasks/cpu_hourly.flux', '../secrets.flux', 'tasks[0].file is not of the form tasks/NAME.flux.'],
    ['type: float', 'type: boolean', 'measurements.cpu.fields.usage_percent.type is not float, integer or string.'],
    ['tasks:\n', 'jobs:\n', 'tasks is missing or of another kind.'],
  ])('%j as %j', (right, wrong, sentence) => {
    expect(text).toContain(right);
    expect(() => parseSchema(text.replace(right, wrong), name)).toThrow(`${name}: ${sentence}`);
  });

  test('what is no YAML is told with its line', () => {
    expect(() => parseSchema('buckets: [', name)).toThrow(
      /^influx\/schema\.yml is not YAML: .* line 1, column \d+\.$/u,
    );
    expect(() => parseSchema('', name)).toThrow(`${name}: it is missing or of another kind.`);
  });

  test('a name for others within the file is refused, however large it would unfold', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghij'
        .split('')
        .map((key, index) => `${key}: &${key} [${Array.from({ length: 9 }, () => `*${'abcdefghij'[index]}`).join()}]`),
    ];
    expect(() => parseSchema(bomb.join('\n'), name)).toThrow(`${name} is not YAML`);
  });
});
