import { Flux } from '@influxdata/flux-lsp-node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { recorded, startReplay } from '../../../test/support/influx-replay.ts';
import { MEASUREMENTS } from '../../model/measurements/definitions.ts';
import { InfluxConnection } from '../influx/connection.ts';
import * as queries from './check-queries.ts';
import { LIMITED_FIELDS, requiredTags } from './limits.ts';
import { cutAtMidnights } from './days.ts';
import { readFields, readOutside, readUntagged, strangersAmong } from './read-checks.ts';

const window = { start: 0, end: 3_600_000 };
const hostile = 'x") |> yield() //\n';

describe('the official checker accepts', () => {
  test.each([
    { name: 'extremes', query: queries.extremesQuery(hostile, window, LIMITED_FIELDS) },
    { name: 'tags', query: queries.tagsQuery(hostile, window) },
    { name: 'fields', query: queries.fieldsQuery(hostile, window) },
    { name: 'routers', query: queries.routersQuery(hostile, window) },
    { name: 'cardinality', query: queries.cardinalityQuery(hostile, window) },
    ...LIMITED_FIELDS.map((limited) => ({
      name: `${limited.measurement}.${limited.field}`,
      query: queries.outsideQuery(hostile, window, limited),
    })),
  ])('the question for $name', ({ query }) => {
    expect(new Flux(String(query)).is_valid()).toBe(true);
  });
});

test('limits and tags are those of the definition', () => {
  const limitsOf = (name: string) => LIMITED_FIELDS.find(({ field }) => field === name);
  expect(limitsOf('usage_percent')).toMatchObject({ measurement: 'cpu', type: 'float', min: 0, max: 100 });
  expect(limitsOf('admin_status')).toMatchObject({ type: 'integer', min: 0, max: 1 });
  expect([limitsOf('step'), limitsOf('actual_value')]).toEqual([undefined, undefined]);
  expect(requiredTags(MEASUREMENTS.errors, ['router_id'])).toEqual(['router_id', 'severity']);
});

test('fields that are not ours are told by what is wrong with them', () => {
  expect(
    strangersAmong([
      { measurement: 'cpu', field: 'usage_percent', type: 'double' },
      { measurement: 'cpu', field: 'load', type: 'double' },
      { measurement: 'memory', field: 'total_bytes', type: 'double' },
      { measurement: 'memory', field: 'free_percent', type: 'string' },
      { measurement: 'docker', field: 'a', type: 'long' },
      { measurement: 'docker', field: 'b', type: 'long' },
    ]),
  ).toEqual({
    measurements: ['docker'],
    fields: ['cpu.load'],
    types: ['memory.total_bytes is double, not long', 'memory.free_percent is string, not double'],
  });
});

test('a window is cut at midnights in UTC, with nothing left out', () => {
  const [noon, day] = [Date.parse('2026-11-24T12:00:00Z'), 86_400_000];
  expect(cutAtMidnights({ start: noon, end: noon + 1 }, noon)).toEqual([{ start: noon, end: noon + 1 }]);
  expect(cutAtMidnights({ start: noon, end: noon + 2 * day }, noon + 9 * day)).toEqual([
    { start: noon, end: noon + day / 2 },
    { start: noon + day / 2, end: noon + 1.5 * day },
    { start: noon + 1.5 * day, end: noon + 2 * day },
  ]);
  const ages = cutAtMidnights({ start: noon, end: noon + 900 * day }, noon + 800 * day);
  expect([ages.length, ages.at(-1)?.end]).toEqual([32, noon + 900 * day]);
  expect(cutAtMidnights({ start: noon, end: noon + 900 * day }, noon + day)).toHaveLength(2);
});

describe('answers of a server', () => {
  async function replay(...names: readonly string[]): Promise<InfluxConnection> {
    const server = await startReplay();
    server.answer(...(await Promise.all(names.map((name) => recorded(name)))));
    const settings = { url: server.url, token: 't', org: 'o', bucket: 'b', batchSize: 1, flushIntervalMs: 1 };
    const connection = new InfluxConnection(settings);
    onTestFinished(async () => {
      connection.close();
      await server.close();
    });
    return connection;
  }

  test('values outside of their limits', async () => {
    const connection = await replay('check-fields.csv', 'check-extremes.csv', 'check-outside.csv');
    const outside = await readOutside(connection, window, await readFields(connection, window));
    expect(outside.map(({ limited: { measurement, field }, routers }) => [measurement, field, [...routers]])).toEqual([
      [
        'memory',
        'free_percent',
        [
          ['R1', 1],
          ['R2', 2],
        ],
      ],
    ]);
  });

  test('points without a tag', async () => {
    const untagged = await readUntagged(await replay('check-tags.csv'), window);
    expect(Object.fromEntries(untagged)).toEqual({ errors: 1, interfaces: 2 });
  });

  test('names that are not ours', async () => {
    expect(strangersAmong(await readFields(await replay('check-fields.csv'), window))).toEqual({
      measurements: ['docker'],
      fields: ['cpu.load'],
      types: ['system.power_watts is long, not double'],
    });
  });

  test('an answer with an error in it is a failure, not a clean bill', async () => {
    const cpu = [{ measurement: 'cpu', field: 'usage_percent', type: 'double' }];
    for (const read of [
      (connection: InfluxConnection) => readOutside(connection, window, cpu),
      (connection: InfluxConnection) => readUntagged(connection, window),
      (connection: InfluxConnection) => readFields(connection, window),
    ]) {
      await expect(read(await replay('error-in-answer.csv'))).rejects.toThrow('broke off');
    }
  });
});
