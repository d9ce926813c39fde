import path from 'node:path';
import { TasksAPI } from '@influxdata/influxdb-client-apis';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { packageRoot } from '../source/config/package-root.ts';
import { eachRow } from '../source/telemetry/influx/rows.ts';
import { type InfluxAdmin, openInfluxAdmin } from '../source/telemetry/setup/influx-admin.ts';
import { readSchema } from '../source/telemetry/setup/read-schema.ts';
import { readState } from '../source/telemetry/setup/read-state.ts';
import { applySetup, surveyServer } from '../source/telemetry/setup/setup.ts';
import { type InfluxServer, startEmptyInflux } from './support/influx-server.ts';
import { keyOf, rawLine, rolledUpLines, rollUp, type Sample } from './support/roll-up.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const measurements = ['cpu', 'memory', 'interfaces', 'errors', 'system'];
const now = Date.now();
const today = startOfDay(now);
const thisHour = Math.floor(now / HOUR) * HOUR;
const schema = await readSchema(path.join(packageRoot, 'influx'));

let server: InfluxServer | null = null;
let reason = 'no InfluxDB has been started yet';
let admin: InfluxAdmin;

beforeAll(async () => {
  const started = await startEmptyInflux();
  if (typeof started === 'string') {
    reason = started;
    return;
  }
  server = started;
  const login = { user: 'netup', password: 'a-password-for-tests' };
  const settings = {
    url: started.url,
    org: 'tests',
    bucket: 'telemetry',
    token: 'a-token-for-tests',
    login,
    readOnly: false,
  };
  await applySetup(settings, schema, await surveyServer(settings, schema, now), {
    onStep: () => {},
    onToken: () => {},
    onTokensMade: () => {},
  });
  admin = await openInfluxAdmin(settings);
  await write('telemetry', samples.map(rawLine));
});
afterAll(() => server?.stop());

beforeEach((context) => {
  if (server === null) context.skip(reason);
});

function startOfDay(time: number): number {
  return Math.floor(time / DAY) * DAY;
}

/** The first of the month of `time`, or of one that is `months` later. */
function startOfMonth(time: number, months = 0): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
}

/** Values of quarters, which add up exactly in any order; the same in each run. */
let seed = 1;
function value(most: number): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return (seed % (most * 4)) / 4;
}

/** One sample of each measurement of a router; not all of them have all the fields. */
function samplesAt(router: string, time: number, site = 'ams-1'): readonly Sample[] {
  const tags = { router_id: router, organization: 'o1', vendor: 'Cisco', site };
  const sample = (measurement: string, fields: Sample['fields'], further = {}): Sample => ({
    measurement,
    time,
    tags: { ...tags, ...further },
    fields,
  });
  const whole = (most: number): number => Math.floor(value(most));
  return [
    sample('cpu', { usage_percent: value(100), ...(time % 2 === 0 ? { process_count: whole(900) } : {}) }),
    sample('memory', { free_percent: value(100), total_bytes: 2 ** 40, used_bytes: whole(2 ** 30) }),
    ...['ge-0', 'ge-1'].map((name) =>
      sample(
        'interfaces',
        { admin_status: 1, oper_status: whole(2), in_bytes: 2 ** 62, in_bytes_rate: value(9e6) },
        { interface_name: name },
      ),
    ),
    ...['critical', 'warning'].map((severity) => sample('errors', { error_count: whole(50) }, { severity })),
    sample('system', { temperature_celsius: value(90) - 20, uptime_seconds: whole(1e8) }, { component: 'chassis' }),
  ];
}

/** Six days of three routers, of which one moved to another site within it; with samples on both edges of hours and days. */
const samples: Sample[] = Array.from({ length: 6 * 24 }, (_, hour) => thisHour - hour * HOUR)
  .flatMap((start) => [
    ...samplesAt('R1', start),
    ...samplesAt('R1', start - 1),
    ...samplesAt('R2', start + 17 * 60_000 + 1),
    ...samplesAt('R3', start + 5 * 60_000, start % DAY < 12 * HOUR ? 'ams-1' : 'fra-2'),
  ])
  .filter(({ time }) => time < now);

async function write(bucket: string, lines: readonly string[]): Promise<void> {
  for (let at = 0; at < lines.length; at += 5000) {
    const response = await fetch(`${server?.url}/api/v2/write?org=tests&bucket=${bucket}&precision=ms`, {
      method: 'POST',
      headers: { authorization: 'Token a-token-for-tests' },
      body: lines.slice(at, at + 5000).join('\n'),
    });
    expect([response.status, await response.text()]).toEqual([204, '']);
  }
}

/** Runs tasks as if at `scheduledFor`, and waits until they have succeeded. */
async function run(names: readonly string[], scheduledFor: number): Promise<void> {
  const { tasks } = await readState(admin);
  await admin.attempt('running tasks', async (client) => {
    const api = new TasksAPI(client);
    const runTask = async (name: string): Promise<void> => {
      const taskID = tasks.find((task) => task.name === name)?.id ?? '';
      const body = { scheduledFor: new Date(scheduledFor).toISOString() };
      const { id: runID = '' } = await api.postTasksIDRuns({ taskID, body });
      await vi.waitFor(
        async () => {
          const { status, log } = await api.getTasksIDRunsID({ taskID, runID });
          if (status !== 'success') throw new Error(`${name} is ${status}: ${JSON.stringify(log)}`);
        },
        { timeout: 15_000, interval: 50 },
      );
    };
    await Promise.all(names.map(runTask));
  });
}

/** Everything that a task wrote into a bucket. */
async function written(bucket: string, measurement: string, suffix: string): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  const query = `from(bucket: "${bucket}") |> range(start: -2y) |> filter(fn: (r) => r._measurement == "${measurement}_${suffix}")`;
  await admin.attempt('reading', (client) =>
    eachRow(client, 'tests', query, (row) => {
      found.set(
        keyOf(measurement, (tag) => row.text(tag), row.text('_field'), row.time('_time')),
        row.number('_value'),
      );
    }),
  );
  return found;
}

function of(measurement: string, from: number, to: number): readonly Sample[] {
  return samples.filter((one) => one.measurement === measurement && one.time >= from && one.time < to);
}

function inOrder(values: ReadonlyMap<string, number>): readonly string[] {
  return [...values].map(([key, number]) => `${key} = ${number}`).toSorted();
}

/** What the raw points of the hours that a run does give: the last six, and six of a day before. */
function hoursBefore(end: number): readonly string[] {
  const points = [end - DAY, end].flatMap((to) => of('cpu', to - 6 * HOUR, to));
  return inOrder(rollUp(points, (time) => Math.floor(time / HOUR) * HOUR));
}

/** What the raw points of the days from `from` to yesterday give. */
function daysFrom(from: number): readonly string[] {
  return measurements.flatMap((measurement) => inOrder(rollUp(of(measurement, from, today), startOfDay)));
}

async function writtenHours(): Promise<readonly string[]> {
  return inOrder(await written('telemetry_aggregated', 'cpu', 'hourly'));
}

async function writtenDays(): Promise<readonly string[]> {
  const days = measurements.map(async (name) => inOrder(await written('telemetry_aggregated', name, 'daily')));
  return (await Promise.all(days)).flat();
}

const dailies = measurements.map((name) => `${name}_daily`);
const monthlies = measurements.map((name) => `${name}_monthly`);

describe('from raw points', () => {
  test('hours and days are what the raw points give, for whole windows only', async () => {
    await run(['cpu_hourly'], thisHour);
    await run(dailies, today);
    expect(await writtenHours()).toEqual(hoursBefore(thisHour));
    expect(await writtenDays()).toEqual(daysFrom(today - 3 * DAY));
  });

  test('a second run changes nothing', async () => {
    await run(['cpu_hourly'], thisHour);
    await run(dailies, today);
    expect(await writtenHours()).toEqual(hoursBefore(thisHour));
    expect(await writtenDays()).toEqual(daysFrom(today - 3 * DAY));
  });

  test('points that come late, at the very edges of what is done again, are in after the next run', async () => {
    const hours = [thisHour - 30 * HOUR + 1, thisHour - 24 * HOUR - 2, thisHour - 6 * HOUR + 1, thisHour - 2];
    const late = [...hours, today - 3 * DAY + 1, today - 2].flatMap((time) => [
      ...samplesAt('R1', time),
      ...samplesAt('R9', time),
    ]);
    samples.push(...late);
    await write('telemetry', late.map(rawLine));
    await run(['cpu_hourly'], thisHour);
    await run(dailies, today);
    expect(await writtenHours()).toEqual(hoursBefore(thisHour));
    expect(await writtenDays()).toEqual(daysFrom(today - 3 * DAY));
  });

  test('a day that has expired in part is not written, whenever the task runs', async () => {
    const old = [now - 7 * DAY + 10 * 60_000].flatMap((time) => samplesAt('R1', time));
    samples.push(...old);
    await write('telemetry', old.map(rawLine));
    await run(dailies, today - 4 * DAY);
    await run(dailies, today - 3 * DAY);
    const whole = Math.ceil((now - 7 * DAY) / DAY) * DAY;
    expect(await writtenDays()).toEqual(daysFrom(whole));
  });
});

test('months are what the raw points give, though they come from days', async () => {
  const oldest = now - 90 * DAY;
  const from = startOfMonth(now, -2);
  const to = startOfMonth(now);
  const months: Sample[] = [];
  for (let day = Math.max(from, startOfDay(oldest) + DAY); day < to + DAY; day += DAY) {
    months.push(...samplesAt('R1', day), ...samplesAt('R1', day + DAY - 1), ...samplesAt('R2', day + 7 * HOUR));
  }
  await write('telemetry_aggregated', rolledUpLines(rollUp(months, startOfDay), '_daily'));
  for (const _ of ['first', 'again']) {
    await run(monthlies, to);
    for (const measurement of measurements) {
      const isIn = ({ measurement: its, time }: Sample): boolean =>
        its === measurement && time < to && startOfMonth(time) >= oldest;
      const expected = rollUp(months.filter(isIn), (time) => startOfMonth(time));
      expect(expected.size).toBeGreaterThan(0);
      expect(inOrder(await written('telemetry_historical', measurement, 'monthly'))).toEqual(inOrder(expected));
    }
  }
});
