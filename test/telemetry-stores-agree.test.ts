import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../source/postgres/database.ts';
import { openEmbeddedStore } from '../source/telemetry/embedded/embedded-store.ts';
import { openInfluxStore } from '../source/telemetry/influx/influx-store.ts';
import type { TelemetryStore, TimeWindow } from '../source/telemetry/store.ts';
import { useInflux } from './support/influx.ts';
import { useDatabase } from './support/postgres.ts';
import { randomPoints } from './support/random-points.ts';
import { minute } from './telemetry-contract-points.ts';

const SEED = 20_261_124;
const POINTS = 4000;
const organization = randomUUID();
const routerIds = ['core-1.ams', `o'brien "2"`, 'back\\slash', '") |> drop()', 'núñez-日本'];
const parts = ['ge-0/0/0', 'fan 1,a=b', 'PSU "2"', 'Ω'];
const times = Array.from({ length: 60 }, (_, index) => minute(index - 60));

const postgres = useDatabase();
const influx = useInflux();
let database: Database | undefined;
let stores: { readonly embedded: TelemetryStore; readonly influx: TelemetryStore } | undefined;

beforeAll(async () => {
  const settings = influx.settings();
  if (settings === null) return;
  database = openDatabase(postgres.settings('netup_worker'));
  stores = { embedded: openEmbeddedStore(database), influx: openInfluxStore(settings) };
  const points = randomPoints({ organization, routerIds, parts, times, count: POINTS, seed: SEED });
  for (let at = 0; at < points.length; at += 1000) {
    const batch = points.slice(at, at + 1000);
    for (const store of [stores.embedded, stores.influx]) {
      const { accepted } = await store.write(batch);
      if (accepted < batch.length) throw new Error('A point that was made from the definition was refused.');
      // One batch after the other, so that the last point of a time is the same in both.
      await store.flush();
    }
  }
});
beforeEach((context) => {
  if (influx.settings() === null) context.skip(influx.reason());
});
afterAll(async () => {
  await stores?.influx.close();
  await database?.close();
});

/** Both stores' answers to a question. */
async function answers<T>(ask: (store: TelemetryStore) => Promise<T>): Promise<{ embedded: T; influx: T }> {
  if (stores === undefined) throw new Error(influx.reason());
  return { embedded: await ask(stores.embedded), influx: await ask(stores.influx) };
}

const windows: readonly (readonly [string, TimeWindow])[] = [
  ['the whole time', { start: minute(-60), end: minute(0) }],
  ['a part of it', { start: minute(-41) + 1, end: minute(-17) }],
  ['one minute', { start: minute(-30), end: minute(-30) + 1 }],
  ['a time without points', { start: minute(-30) + 1, end: minute(-29) }],
];

test.each(windows)('both stores say the same of the health of the fleet over %s', async (_, window) => {
  const found = await answers((store) => store.fleetHealth(organization, window));
  expect(inOrder(found.influx)).toEqual(inOrder(found.embedded));
});

test.each(windows)('both stores have the same series over %s', async (_, window) => {
  for (const name of ['cpu', 'memory', 'errors'] as const) {
    const found = await answers((store) => store.series(organization, routerIds, name, window, 7));
    expect(inOrder(found.influx)).toEqual(inOrder(found.embedded));
  }
});

test.each(windows)('both stores have the same history over %s', async (_, window) => {
  for (const id of routerIds) {
    for (const name of ['cpu', 'memory'] as const) {
      const found = await answers(async (store) => (await store.history(organization, id, name, window, 7)).steps);
      expect(found.influx).toEqual(found.embedded);
    }
  }
});

test.each(windows)('both stores say the same of each router over %s', async (_, window) => {
  for (const id of routerIds) {
    const found = await answers(async (store) => ({
      health: await store.health(organization, id, window),
      interfaces: await store.interfaces(organization, id, window),
      sensors: await store.sensors(organization, id, window),
      newestUpgrade: await store.upgradeProgress(organization, id, window, null),
      upgrade: await store.upgradeProgress(organization, id, window, '2'),
      validations: await store.validations(organization, id, window, null),
      validation: await store.validations(organization, id, window, '3'),
    }));
    expect(found.influx).toEqual(found.embedded);
  }
});

test('and it is something', async () => {
  const [, window] = windows[0] ?? ['', { start: 0, end: 0 }];
  const id = routerIds[3] ?? '';
  const { embedded } = await answers((store) => store.fleetHealth(organization, window));
  expect([...embedded.keys()].toSorted()).toEqual(routerIds.toSorted());
  const { influx: sensors } = await answers((store) => store.sensors(organization, id, window));
  expect(sensors.map(({ component }) => component)).toEqual(parts.toSorted());
  const { influx: progress } = await answers((store) => store.upgradeProgress(organization, id, window, '2'));
  expect(progress.length).toBeGreaterThan(10);
});

function inOrder<T>(byRouter: ReadonlyMap<string, T>): [string, T][] {
  return [...byRouter].toSorted(([one], [other]) => (one < other ? -1 : 1));
}
