import { readdir, readFile } from 'node:fs/promises';
import { InfluxDB } from '@influxdata/influxdb-client';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { InfluxSettings } from '../source/config/settings.ts';
import type { PointTags } from '../source/model/telemetry.ts';
import { openInfluxStore } from '../source/telemetry/influx/influx-store.ts';
import { eachRow, type FluxRow } from '../source/telemetry/influx/rows.ts';
import { sendLines } from '../source/telemetry/influx/send-lines.ts';
import { useInflux } from './support/influx.ts';
import { cpu, errors, memory, minute, tagsOf, traffic } from './telemetry-contract-points.ts';

const directory = new URL('../influx/queries/', import.meta.url);
const influx = useInflux();
const tags: PointTags = tagsOf('R1');
const moved = { ...tags, site: 'fra-2' };

beforeAll(async () => {
  if (influx.settings() === null) return;
  const store = openInfluxStore(settings());
  await store.write([
    cpu(tags, minute(-50), 10),
    cpu(tags, minute(-40), 20),
    cpu(moved, minute(-30), 60),
    memory(tags, minute(-50), 25),
    memory(moved, minute(-30), 75),
    errors(tags, minute(-50), 3),
    errors(moved, minute(-40), 4),
    errors(tags, minute(-40), 100, 'warning'),
    traffic(tags, minute(-40), 'ge-0'),
    cpu({ ...tags, router_id: 'R2' }, minute(-40), 99),
  ]);
  await store.close();
});

beforeEach((context) => {
  if (influx.settings() === null) context.skip(influx.reason());
});

/** The rows of a query file, for this run's bucket and organization, as given by `read`. */
async function rowsOf<T>(file: string, read: (row: FluxRow) => T): Promise<T[]> {
  const text = (await readFile(new URL(file, directory), 'utf8'))
    .replaceAll('"telemetry"', JSON.stringify(settings().bucket))
    .replaceAll('00000000-0000-4000-8000-000000000000', tags.organization);
  const rows: T[] = [];
  await eachRow(new InfluxDB(settings()), settings().org, text, (row) => rows.push(read(row)));
  return rows;
}

function settings(): InfluxSettings {
  const found = influx.settings();
  if (found === null) throw new Error(influx.reason());
  return found;
}

function inOrder<T>(rows: readonly T[]): T[] {
  return rows.toSorted((one, other) => String(one).localeCompare(String(other)));
}

test.each([
  ['cpu-mean.flux', 30],
  ['memory-minimum.flux', 25],
  ['critical-errors.flux', 7],
])('%s has one row, of the router asked for', async (file, value) => {
  expect(await rowsOf(file, (row) => [row.text('router_id'), row.number('_value')])).toEqual([['R1', value]]);
});

test('check-percentages.flux finds what our own writer would refuse, and nothing else', async () => {
  expect(await rowsOf('check-percentages.flux', (row) => row.text('router_id'))).toEqual([]);
  await sendLines(
    new InfluxDB(settings()),
    settings(),
    [
      `cpu,organization=${tags.organization},router_id=bad,site=a,vendor=b usage_percent=101 ${minute(-20)}`,
      `cpu,organization=${tags.organization},router_id=bad,site=a,vendor=b usage_percent=100 ${minute(-19)}`,
      `memory,organization=${tags.organization},router_id=bad,site=a,vendor=b free_percent=-1 ${minute(-20)}`,
    ].join('\n'),
  );
  const found = await rowsOf('check-percentages.flux', (row) => [
    row.text('_measurement'),
    row.text('router_id'),
    row.number('_value'),
  ]);
  expect(inOrder(found)).toEqual([
    ['cpu', 'bad', 1],
    ['memory', 'bad', 1],
  ]);
});

test('check-tags.flux finds series without a required tag, and no others', async () => {
  expect(await rowsOf('check-tags.flux', (row) => row.text('_measurement'))).toEqual([]);
  await sendLines(
    new InfluxDB(settings()),
    settings(),
    [
      `cpu,router_id=R1,site=a,vendor=b usage_percent=1 ${minute(-20)}`,
      `cpu,router_id=R2,site=a,vendor=b usage_percent=1 ${minute(-20)}`,
      `memory,organization=${tags.organization},site=a,vendor=b free_percent=1 ${minute(-20)}`,
    ].join('\n'),
  );
  const found = await rowsOf('check-tags.flux', (row) => [row.text('_measurement'), row.number('_value')]);
  expect(inOrder(found)).toEqual([
    ['cpu', 2],
    ['memory', 1],
  ]);
});

test('every query file is tried here', async () => {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.flux'));
  expect(files.toSorted()).toEqual([
    'check-percentages.flux',
    'check-tags.flux',
    'cpu-mean.flux',
    'critical-errors.flux',
    'memory-minimum.flux',
  ]);
});
