import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { InfluxSettings } from '../source/config/settings.ts';
import { extremesQuery, fieldsQuery, outsideQuery, tagsQuery } from '../source/telemetry/checks/check-queries.ts';
import { LIMITED_FIELDS } from '../source/telemetry/checks/limits.ts';
import { healthQuery } from '../source/telemetry/influx/health-query.ts';
import { historyQuery } from '../source/telemetry/influx/history-query.ts';
import { interfacesQuery } from '../source/telemetry/influx/interfaces-query.ts';
import { pointsQuery } from '../source/telemetry/influx/points-query.ts';
import { seriesQuery } from '../source/telemetry/influx/series-query.ts';
import { cutIntoSteps } from '../source/telemetry/steps.ts';
import { useInflux } from './support/influx.ts';
import { recordedText } from './support/influx-replay.ts';

const influx = useInflux();
const start = Date.parse('2026-11-20T10:00:00Z');
const organizationId = '11111111-1111-4111-8111-111111111111';

/** Of this file alone, since the checks look at everything in a bucket, and without an end to what it keeps. */
const bucket = `recorded-${randomUUID()}`;
let bucketId = '';

function settings(): InfluxSettings {
  const found = influx.settings();
  if (found === null) throw new Error(influx.reason());
  return found;
}

async function ask(method: string, target: string, body?: string): Promise<Response> {
  const { url, token } = settings();
  const headers = { authorization: `Token ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/v2/${target}`, { method, headers, body: body ?? null });
  if (!response.ok) throw new Error(`${method} ${target}: ${response.status} ${await response.text()}`);
  return response;
}

beforeAll(async () => {
  if (influx.settings() === null) return;
  const org = new URLSearchParams({ org: settings().org });
  const { orgs } = z
    .object({ orgs: z.array(z.object({ id: z.string() })) })
    .parse(await (await ask('GET', `orgs?${String(org)}`)).json());
  const made = await ask('POST', 'buckets', JSON.stringify({ orgID: orgs[0]?.id, name: bucket, retentionRules: [] }));
  bucketId = z.object({ id: z.string() }).parse(await made.json()).id;
  for (const file of ['measurements.lp', 'readings.lp', 'checks.lp']) {
    await ask('POST', `write?precision=ms&bucket=${bucket}&${String(org)}`, await recordedText(file));
  }
});
afterAll(async () => {
  if (bucketId !== '') await ask('DELETE', `buckets/${bucketId}`);
});

beforeEach((context) => {
  if (influx.settings() === null) context.skip(influx.reason());
});

const window = { start, end: start + 30 * 60_000 };
const fleet = { bucket, organizationId, window, routerIds: null };
const one = { ...fleet, routerIds: ['core-1.ams'] };
const november = { start: Date.parse('2026-11-01T00:00:00Z'), end: Date.parse('2026-11-15T00:00:00Z') };
/** Around the points of checks.lp. */
const checked = { start: Date.parse('2026-11-24T11:45:47.335Z'), end: Date.parse('2026-11-24T13:45:47.335Z') };
const freePercent = LIMITED_FIELDS.find(({ field }) => field === 'free_percent');

test.each([
  ['sensors.csv', pointsQuery(one, 'system', 'newest')],
  ['upgrade-progress.csv', pointsQuery(one, 'upgrade_progress', 'all')],
  ['validations.csv', pointsQuery(one, 'upgrade_validation', 'all')],
  ['health.csv', healthQuery(fleet)],
  ['series-cpu.csv', seriesQuery(fleet, 'cpu', cutIntoSteps(window, 3))],
  ['interfaces.csv', interfacesQuery(one)],
  [
    'history-hourly.csv',
    historyQuery({ ...one, window: november }, 'cpu', { kind: 'hourly', window: november, bucket }),
  ],
  ['check-fields.csv', fieldsQuery(bucket, checked)],
  ['check-tags.csv', tagsQuery(bucket, checked)],
  ['check-extremes.csv', extremesQuery(bucket, checked, LIMITED_FIELDS)],
  ['check-outside.csv', freePercent === undefined ? null : outsideQuery(bucket, checked, freePercent)],
] as const)('%s is what a server answers to the data beside it', async (file, query) => {
  const dialect = { annotations: ['datatype', 'group', 'default'] };
  const org = new URLSearchParams({ org: settings().org });
  const answer = await ask('POST', `query?${String(org)}`, JSON.stringify({ query: String(query), dialect }));
  expect(tablesOf(await answer.text())).toEqual(tablesOf(await recordedText(file)));
});

/** Every row under its head, without numbers of tables, in any order: the server is free to choose both. */
function tablesOf(csv: string): string[] {
  return csv
    .replaceAll(/^,,\d+,/gmu, ',,,')
    .split('\r\n\r\n')
    .flatMap((part) => rowsUnderTheirHead(part.trim().split('\r\n')))
    .toSorted();
}

function rowsUnderTheirHead(lines: readonly string[]): string[] {
  const head = lines.filter((line) => line.startsWith('#') || line.startsWith(',result,'));
  // A result without rows is an empty line, and the server sends as many as it likes.
  return lines.filter((line) => line !== '' && !head.includes(line)).map((row) => [...head, row].join('\n'));
}
