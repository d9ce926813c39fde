import { randomUUID } from 'node:crypto';
import { Flux } from '@influxdata/flux-lsp-node';
import { InfluxDB } from '@influxdata/influxdb-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { HistorySubject } from '../source/model/telemetry.ts';
import { openInfluxStore } from '../source/telemetry/influx/influx-store.ts';
import { countPoints, countSeries, fieldTypes, spanOf } from '../source/telemetry/migration/questions.ts';
import type { InfluxAdmin } from '../source/telemetry/setup/influx-admin.ts';
import { hasOlderPoints } from '../source/telemetry/setup/older-points.ts';
import type { TelemetryStore } from '../source/telemetry/store.ts';
import { recorded, type ReplayServer, startReplay } from './support/influx-replay.ts';

// What the program asks as it goes over the wire, so that no question is left out for not being a file.

/** Ends a text, a filter and a chain, begins a comment, and fills in a value, if it is ever put into a question as it is. */
const HOSTILE = 'x") |> drop() //\\${r}';
const ORGANIZATION = randomUUID();
const window = { start: Date.parse('2026-11-20T10:00:00.001Z'), end: Date.parse('2026-11-20T12:00:00Z') };
/** Eleven months, which take every kind of sum. */
const longAgo = { start: Date.parse('2026-01-05T10:00:00Z'), end: window.end };
const SUBJECTS: readonly HistorySubject[] = [
  'cpu',
  'memory',
  'errors',
  ...(['in', 'out', 'errors'] as const).map((figure) => ({ interfaceName: HOSTILE, figure })),
];

let server: ReplayServer;
let store: TelemetryStore;
let admin: InfluxAdmin;

beforeAll(async () => {
  server = await startReplay();
  server.answer(await recorded('empty.csv'));
  const { url } = server;
  const settings = { url, token: 't', org: 'o', bucket: HOSTILE, batchSize: 1, flushIntervalMs: 5000 };
  // What a history is read from goes by what the buckets still have.
  store = openInfluxStore(settings, { now: () => window.end });
  const client = new InfluxDB({ url, token: 't' });
  admin = { org: 'o', orgId: 'i', attempt: (_, work) => work(client), close: () => Promise.resolve() };
});
afterAll(async () => {
  await store.close();
  await server.close();
});

/** The questions that were asked meanwhile. */
async function asked(ask: () => Promise<unknown>): Promise<readonly string[]> {
  const before = server.requests.length;
  await ask();
  return server.requests.slice(before).map(({ body }) => z.object({ query: z.string() }).parse(JSON.parse(body)).query);
}

/** Whatever reads by a question. A further one without a line here does not compile. */
type Reads = Exclude<keyof TelemetryStore, 'kind' | 'address' | 'write' | 'flush' | 'writing' | 'close'>;

const ofStore: Readonly<Record<Reads, readonly (() => Promise<unknown>)[]>> = {
  ping: [() => store.ping()],
  latest: [() => store.latest(ORGANIZATION, [HOSTILE, 'r2'])],
  health: [() => store.health(ORGANIZATION, HOSTILE, window)],
  fleetHealth: [() => store.fleetHealth(ORGANIZATION, window)],
  series: (['cpu', 'memory', 'errors'] as const).map(
    (name) => () => store.series(ORGANIZATION, [HOSTILE, 'r2'], name, window, 7),
  ),
  coverage: [HOSTILE, null].map((id) => () => store.coverage(ORGANIZATION, id === null ? null : [id], window, 7)),
  history: [window, longAgo].flatMap((time) =>
    SUBJECTS.map((subject) => () => store.history(ORGANIZATION, HOSTILE, subject, time, 60)),
  ),
  interfaces: [() => store.interfaces(ORGANIZATION, HOSTILE, window)],
  sensors: [() => store.sensors(ORGANIZATION, HOSTILE, window)],
  upgradeProgress: [() => store.upgradeProgress(ORGANIZATION, HOSTILE, window, HOSTILE)],
  validations: [() => store.validations(ORGANIZATION, HOSTILE, window, null)],
};

const ofMigration: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['older points', () => hasOlderPoints(admin, HOSTILE, 86_400, window.end)],
  ['series of all', () => countSeries(admin, HOSTILE, window)],
  ['series of one measurement', () => countSeries(admin, HOSTILE, window, HOSTILE)],
  ['points', () => countPoints(admin, HOSTILE, window)],
  ['the first and the last point', () => spanOf(admin, HOSTILE, window)],
  ['types of fields', () => fieldTypes(admin, HOSTILE, window, HOSTILE)],
];

describe('the official checker accepts, hostile values and all, what is asked by', () => {
  test.each([...Object.entries(ofStore), ...ofMigration.map(([name, ask]) => [name, [ask]] as const)])(
    '%s',
    async (_, asks) => {
      for (const ask of asks) {
        const questions = await asked(ask);
        expect(questions.length).toBeGreaterThan(0);
        for (const question of questions) {
          expect([question, new Flux(question).is_valid()]).toEqual([question, true]);
          // Between quotation marks, and nowhere else.
          expect(question.replaceAll(/"(?:[^"\\]|\\.)*"/gu, '""')).not.toContain('drop() /');
        }
      }
    },
  );
});
