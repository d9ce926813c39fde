import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Answer,
  recorded,
  recordedText,
  type ReplayServer,
  startReplay,
  status,
} from '../../../test/support/influx-replay.ts';
import { type TelemetryStore, TelemetryUnavailable } from '../store.ts';
import { openInfluxStore } from './influx-store.ts';

const ORGANIZATION = '11111111-1111-4111-8111-111111111111';
const TOKEN = 'secret-token-of-the-test';
const start = Date.parse('2026-11-20T10:00:00Z');
const MINUTE = 60_000;
const window = { start, end: start + 30 * MINUTE };

let server: ReplayServer;
let store: TelemetryStore;

beforeAll(async () => {
  server = await startReplay();
});
afterAll(() => server.close());
beforeEach(() => {
  const settings = {
    url: server.url,
    token: TOKEN,
    org: 'noc',
    bucket: 'telemetry',
    batchSize: 2,
    flushIntervalMs: 5000,
  };
  store = openInfluxStore(settings, { queryTimeoutMs: 500, pingTimeoutMs: 500, writeTimeoutMs: 500 });
  return () => store.close().catch(() => undefined);
});

describe('recorded answers', () => {
  test('make a health summary for each router, its series put together', async () => {
    server.answer(await recorded('health.csv'));
    expect(await store.fleetHealth(ORGANIZATION, window)).toEqual(
      new Map([
        [
          'core-1.ams',
          {
            cpuMean: expect.closeTo(40.083_333, 5),
            cpuMax: 70.25,
            cpuLatest: 30,
            memoryMinFree: 40.5,
            memoryLatestFree: 40.5,
            criticalErrors: 5,
            samples: 3,
            newestAt: start + 20 * MINUTE,
          },
        ],
        [
          'idle',
          {
            cpuMean: null,
            cpuMax: null,
            cpuLatest: null,
            memoryMinFree: 0,
            memoryLatestFree: 0,
            criticalErrors: 0,
            samples: 0,
            newestAt: start + 15 * MINUTE,
          },
        ],
        [
          String.raw`edge "2", back\slash`,
          {
            cpuMean: 20,
            cpuMax: 40,
            cpuLatest: 40,
            memoryMinFree: null,
            memoryLatestFree: null,
            criticalErrors: null,
            samples: 3,
            newestAt: start + 2 * MINUTE,
          },
        ],
      ]),
    );
  });

  test('make series with nulls for the steps without a sample', async () => {
    server.answer(await recorded('series-cpu.csv'));
    const series = await store.series(ORGANIZATION, ['core-1.ams'], 'cpu', window, 3);
    expect(series.get('core-1.ams')).toEqual({ start, stepMs: 10 * MINUTE, values: [20, 70.25, 30] });
    expect(series.get(String.raw`edge "2", back\slash`)?.values).toEqual([20, null, null]);
  });

  test('make interface readings', async () => {
    server.answer(await recorded('interfaces.csv'));
    expect(await store.interfaces(ORGANIZATION, 'core-1.ams', window)).toEqual([
      {
        name: 'ge-0/0/0',
        inBytesPerSecond: 1500.5,
        outBytesPerSecond: 375.125,
        errors: 9,
        adminUp: true,
        operUp: true,
        at: start + 21 * MINUTE,
      },
      {
        name: 'ge-0/0/1',
        inBytesPerSecond: 0,
        outBytesPerSecond: 0,
        errors: 0,
        adminUp: true,
        operUp: false,
        at: start + 5 * MINUTE,
      },
    ]);
  });

  test('without rows say that nothing was sent', async () => {
    server.answer(await recorded('empty.csv'));
    expect(await store.fleetHealth(ORGANIZATION, window)).toEqual(new Map());
    expect(await store.health(ORGANIZATION, 'core-1.ams', window)).toBeNull();
    expect(await store.ping()).toBeGreaterThan(0);
  });

  test('come packed too', async () => {
    const packed = gzipSync(await recordedText('series-cpu.csv'));
    server.answer((response) => {
      response.writeHead(200, { 'content-type': 'text/csv', 'content-encoding': 'gzip' }).end(packed);
    });
    expect((await store.series(ORGANIZATION, ['core-1.ams'], 'cpu', window, 3)).size).toBe(2);
  });
});

describe('queries', () => {
  test('carry values only as literals, and the static filters first', async () => {
    server.answer(await recorded('empty.csv'));
    await store.health(ORGANIZATION, '") |> drop() // ${x}\\y', window);
    const { query } = JSON.parse(server.requests.at(-1)?.body ?? '');
    expect(query).toContain(
      'from(bucket: "telemetry") |> range(start: 2026-11-20T10:00:00.000Z, stop: 2026-11-20T10:30:00.000Z) |> filter(fn: (r) => ' +
        'r._measurement == "cpu" and r._field == "usage_percent" and r.organization == "11111111-1111-4111-8111-111111111111" ' +
        String.raw`and r.router_id == "\") |> drop() // \${x}\\y") |> sum()`,
    );
  });

  test('of many routers are split, and ask for each id once', async () => {
    server.answer(await recorded('empty.csv'));
    const before = server.requests.length;
    const ids = Array.from({ length: 600 }, (_, index) => `r${index}`);
    await store.latest(ORGANIZATION, [...ids, ...ids]);
    const bodies = server.requests.slice(before).map(({ body }) => body);
    expect(bodies).toHaveLength(3);
    expect(bodies.filter((body) => body.includes(String.raw`\"r599\"`))).toHaveLength(1);
  });
});

describe('failures', () => {
  test.each<[string, Answer, RegExp]>([
    [
      'a wrong token',
      status(401, { code: 'unauthorized', message: 'unauthorized access' }),
      /does not accept the token; check INFLUX_TOKEN/u,
    ],
    [
      'a token without rights',
      status(403, { message: `${TOKEN} is forbidden` }),
      /lacks the right: \[token\] is forbidden/u,
    ],
    [
      'an unknown bucket',
      status(404, { message: 'could not find bucket "telemetry"' }),
      /the bucket "telemetry".*INFLUX_BUCKET/u,
    ],
    [
      'a server error',
      status(500, { message: `panic \u001b[31m${TOKEN}\nnext` }),
      /answered 500: panic \[token\] next\.$/u,
    ],
    ['an overloaded server', status(503, {}), /answered 503/u],
    ['a cut connection', cut, /cannot be reached/u],
    ['a cut connection in the middle of gzip', cutWhilePacked, /cannot be reached/u],
    ['no answer', () => undefined, /did not answer within 0\.5 s/u],
    [
      'an answer that never ends',
      (response) => void response.writeHead(200).write('#datatype,'),
      /did not answer within 0\.5 s/u,
    ],
    [
      'another web page',
      (response) => void response.end('<html>Sign in</html>'),
      /is not one of InfluxDB; check INFLUX_URL/u,
    ],
    [
      'a column of another kind',
      (response) => void response.end(answerOf('cpu sum', 'string', 'much')),
      /answered "much" for _value/u,
    ],
  ])('%s is told in one sentence, without the token', async (_, answer, message) => {
    server.answer(answer);
    for (const call of [store.fleetHealth(ORGANIZATION, window), store.health(ORGANIZATION, 'r1', window)]) {
      const error = await call.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TelemetryUnavailable);
      expect(String(error)).toMatch(message);
      expect(String(error)).not.toContain(TOKEN);
    }
  });

  test('an error inside an answer is one, whatever rows came before it', async () => {
    const answer =
      (await recordedText('series-cpu.csv')) + '\r\n' + errorTable(await recordedText('error-in-answer.csv'));
    server.answer((response) => void response.end(answer));
    await expect(store.series(ORGANIZATION, ['core-1.ams'], 'cpu', window, 3)).rejects.toThrow(
      /InfluxDB broke off its answer: .*violates a Retention Policy/u,
    );
  });

  test('a closed store answers nothing', async () => {
    await store.close();
    await expect(store.ping()).rejects.toThrow(/is closed/u);
    await expect(store.write([])).resolves.toEqual({ accepted: 0, refused: {} });
  });

  test('closing cuts a query that is under way', async () => {
    server.answer(() => undefined);
    const query = store.fleetHealth(ORGANIZATION, window);
    await Promise.all([expect(query).rejects.toThrow(TelemetryUnavailable), store.close()]);
  });
});

function answerOf(result: string, type: string, value: string): string {
  return [
    `#datatype,string,long,${type},string`,
    '#group,false,false,false,false',
    `#default,${result},,,`,
    ',result,table,_value,router_id',
    `,,0,${value},r1`,
    '',
  ].join('\r\n');
}

/** The last table of a recorded answer. */
function errorTable(answer: string): string {
  return answer.slice(answer.lastIndexOf('#datatype'));
}

function cut(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/csv' });
  response.write('#datatype,string,long,double,string\r\n#group,false,false,false,false\r\n', () => response.destroy());
}

function cutWhilePacked(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/csv', 'content-encoding': 'gzip' });
  response.write(gzipSync('x'.repeat(5000)).subarray(0, 20), () => response.destroy());
}
