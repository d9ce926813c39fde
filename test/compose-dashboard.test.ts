import { InfluxDB } from '@influxdata/influxdb-client';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { InfluxSettings } from '../source/config/settings.ts';
import { openInfluxStore } from '../source/telemetry/influx/influx-store.ts';
import { eachRow, type FluxRow } from '../source/telemetry/influx/rows.ts';
import { asGrafanaSends, dashboard } from './support/dashboard.ts';
import { useInflux } from './support/influx.ts';
import { cpu, errors, memory, minute, MINUTE, tagsOf, traffic } from './telemetry-contract-points.ts';

/** The hour before the current one: two whole steps of the half hour that the queries are asked for. */
const start = Math.floor(minute(-60) / (60 * MINUTE)) * 60 * MINUTE;
const at = (minutes: number): number => start + minutes * MINUTE;

const influx = useInflux();
const tags = tagsOf('R1');
const moved = { ...tags, site: 'fra-2' };
const quoted = { ...tags, router_id: 'R"2' };
const elsewhere = tagsOf('R1');

beforeAll(async () => {
  if (influx.settings() === null) return;
  const store = openInfluxStore(settings());
  await store.write([
    cpu(tags, at(5), 10),
    cpu(tags, at(15), 20),
    cpu(moved, at(20), 60),
    cpu(quoted, at(35), 90),
    cpu(elsewhere, at(20), 100),
    memory(tags, at(5), 25),
    memory(moved, at(10), 75),
    memory(moved, at(40), 50),
    errors(tags, at(5), 3),
    errors(moved, at(40), 4),
    errors(tags, at(5), 100, 'warning'),
    errors(elsewhere, at(5), 1000),
    traffic(tags, at(5), 'ge-0', { rate: 500, errorCount: 9 }),
    traffic(moved, at(40), 'ge-0', { rate: 700, up: false }),
    traffic(tags, at(5), 'ge-1', { rate: 100 }),
  ]);
  await store.close();
});

beforeEach((context) => {
  if (influx.settings() === null) context.skip(influx.reason());
});

function settings(): InfluxSettings {
  const found = influx.settings();
  if (found === null) throw new Error(influx.reason());
  return found;
}

const one = { organization: tags.organization, router: 'R1' };

async function rowsOf<T>(query: string, read: (row: FluxRow) => T, chosen = one): Promise<T[]> {
  const rows: T[] = [];
  await eachRow(
    new InfluxDB(settings()),
    settings().org,
    asGrafanaSends(query, settings(), [at(0), at(60)], chosen),
    (row) => rows.push(read(row)),
  );
  return rows;
}

const value = (row: FluxRow): unknown => row.number('_value');
const ofInterface = (row: FluxRow): unknown => [row.text('interface_name'), row.number('_value')];

type Answer = readonly [query: string, read: (row: FluxRow) => unknown, rows: readonly unknown[]];

const answers: readonly Answer[] = [
  ['CPU A', value, [30, 90]],
  ['CPU B', value, [60, 90]],
  ['Free memory A', value, [50, 50]],
  ['Free memory B', value, [25, 50]],
  ['Critical errors A', value, [3, 4]],
  [
    'Busiest routers A',
    (row) => [row.text('router'), row.number('highest CPU')],
    [
      ['R"2', 90],
      ['R1', 60],
    ],
  ],
  ['Routers with most critical errors A', (row) => [row.text('router'), row.number('critical errors')], [['R1', 7]]],
  ['CPU and free memory A', value, [30]],
  ['CPU and free memory B', value, [25, 50]],
  ['Critical errors of the router A', value, [3, 4]],
  [
    'Interfaces, in A',
    ofInterface,
    [
      ['ge-0', 500],
      ['ge-0', 700],
      ['ge-1', 100],
    ],
  ],
  [
    'Interfaces, out A',
    ofInterface,
    [
      ['ge-0', 250],
      ['ge-0', 350],
      ['ge-1', 50],
    ],
  ],
  [
    'Interfaces, newest state A',
    (row) => [row.text('interface'), row.number('state')],
    [
      ['ge-0', 0],
      ['ge-1', 1],
    ],
  ],
];

const queries = new Map(
  dashboard.panels.flatMap(({ title, targets }) => targets.map(({ refId, query }) => [`${title} ${refId}`, query])),
);

test('every query of the dashboard is tried here', () => {
  expect([...queries.keys()]).toEqual(answers.map(([query]) => query));
});

test.each(answers)('%s is right, and of the organization that was chosen', async (query, read, rows) => {
  expect(await rowsOf(queries.get(query) ?? '', read)).toEqual(rows);
});

test('a router with quotation marks in its id can be chosen', async () => {
  const chosen = { ...one, router: quoted.router_id };
  expect(await rowsOf(queries.get('CPU and free memory A') ?? '', value, chosen)).toEqual([90]);
});

test('the lists to choose from hold the organizations, and the routers of the one that is chosen', async () => {
  const lists = await Promise.all(
    dashboard.templating.list.map(async ({ name, query }) => [
      name,
      await rowsOf(query.query, (row) => row.text('_value')),
    ]),
  );
  expect(lists).toEqual([
    ['organization', expect.arrayContaining([tags.organization, elsewhere.organization])],
    ['router', ['R"2', 'R1']],
  ]);
});
