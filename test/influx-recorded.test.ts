import { readFile } from 'node:fs/promises';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { InfluxSettings } from '../source/config/settings.ts';
import { pointsQuery } from '../source/telemetry/influx/points-query.ts';
import { useInflux } from './support/influx.ts';
import { recordedText } from './support/influx-replay.ts';

const influx = useInflux();
const start = Date.parse('2026-11-20T10:00:00Z');
/** One that no other test of a shared server has. */
const organizationId = '11111111-1111-4111-8111-111111111111';

let refused: string | null = null;

function settings(): InfluxSettings {
  const found = influx.settings();
  if (found === null) throw new Error(influx.reason());
  return found;
}

function post(path: string, body: string): Promise<Response> {
  const { url, token } = settings();
  const headers = { authorization: `Token ${token}`, 'content-type': 'application/json' };
  return fetch(`${url}/api/v2/${path}`, { method: 'POST', headers, body });
}

beforeAll(async () => {
  if (influx.settings() === null) return;
  const { org, bucket } = settings();
  const lines = await readFile(new URL('../fixtures/influx/measurements.lp', import.meta.url), 'utf8');
  const written = await post(`write?precision=ms&${String(new URLSearchParams({ org, bucket }))}`, lines);
  if (written.status === 204) return;
  const why = `the server does not take the data: ${written.status} ${await written.text()}`;
  // A bucket with retention has no room for data of a fixed date.
  if (written.status !== 422) throw new Error(why);
  refused = why;
});

beforeEach((context) => {
  if (influx.settings() === null) context.skip(influx.reason());
  if (refused !== null) context.skip(refused);
});

test.each([
  ['sensors.csv', 'system', 'newest'],
  ['upgrade-progress.csv', 'upgrade_progress', 'all'],
  ['validations.csv', 'upgrade_validation', 'all'],
] as const)('%s is what a server answers to the data of measurements.lp', async (file, measurement, which) => {
  const { org, bucket } = settings();
  const window = { start, end: start + 30 * 60_000 };
  const query = pointsQuery({ bucket, organizationId, window, routerIds: ['core-1.ams'] }, measurement, which);
  const dialect = { annotations: ['datatype', 'group', 'default'] };
  const answer = await post(
    `query?${String(new URLSearchParams({ org }))}`,
    JSON.stringify({ query: String(query), dialect }),
  );
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
  return lines.filter((line) => !head.includes(line)).map((row) => [...head, row].join('\n'));
}
