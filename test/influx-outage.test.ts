import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, type TestContext, test, vi } from 'vitest';
import { z } from 'zod';
import type { InfluxSettings } from '../source/config/settings.ts';
import type { Point } from '../source/model/telemetry.ts';
import { InfluxConnection } from '../source/telemetry/influx/connection.ts';
import { Delivery } from '../source/telemetry/influx/delivery.ts';
import { type InfluxStoreOptions, openInfluxStore } from '../source/telemetry/influx/influx-store.ts';
import { sendLines } from '../source/telemetry/influx/send-lines.ts';
import type { TelemetryStore } from '../source/telemetry/store.ts';
import { type CuttingProxy, startCuttingProxy } from './support/cutting-proxy.ts';
import { startInflux } from './support/influx-server.ts';

const ORGANIZATION = '11111111-1111-4111-8111-111111111111';
const MINUTE = 60_000;

let influx: Awaited<ReturnType<typeof startInflux>> = 'not started yet';
let proxy: CuttingProxy;
let directory = '';
let router = 0;
beforeAll(async () => {
  influx = await startInflux();
  if (typeof influx === 'string') return;
  const { hostname, port } = new URL(influx.settings.url);
  proxy = await startCuttingProxy({ host: hostname, port: Number(port) });
  directory = await mkdtemp(path.join(tmpdir(), 'netup-spool-'));
});
afterAll(async () => {
  if (typeof influx === 'string') return;
  await proxy.stop();
  await influx.stop();
  await rm(directory, { recursive: true, force: true });
});
beforeEach((context) => {
  if (typeof influx === 'string') context.skip(influx);
  router += 1;
});

function server(context: TestContext): InfluxSettings {
  return typeof influx === 'string' ? context.skip(influx) : influx.settings;
}

/** A store that reaches the server through the proxy. */
function open(settings: InfluxSettings, options: InfluxStoreOptions = {}): TelemetryStore {
  return openInfluxStore(
    { ...settings, url: `http://127.0.0.1:${proxy.port}`, batchSize: 50, flushIntervalMs: 100 },
    { spool: { directory, maxBytes: 64 * 1024 * 1024 }, retryDelayMs: [5, 50], ...options },
  );
}

const start = Date.now() - 100 * MINUTE;

function cpu(at: number, value: number): Point {
  const tags = { router_id: `r${router}`, organization: ORGANIZATION, vendor: 'Cisco', site: 'ams-1' };
  return { measurement: 'cpu', tags, time: at, fields: { usage_percent: value } };
}

const window = { start: start - MINUTE, end: Date.now() + MINUTE };

describe('InfluxDB 2.7, live', () => {
  test('cut off again and again while points are written, it has each of them once, and the last of equals wins', async (context) => {
    const settings = server(context);
    const store = open(settings);
    let written = 0;
    for (let round = 0; round < 40; round += 1) {
      if (round % 10 === 3) await proxy.cut();
      if (round % 10 === 6) await proxy.mend();
      if (round % 10 === 8) proxy.cutAtNextAnswer();
      const points = Array.from({ length: 30 }, (_, index) => cpu(start + written + index, 20));
      written += points.length;
      // One more reading of one and the same time, a larger value each time: an old one that comes late would be seen.
      const result = await store.write([...points, cpu(start - 1, round)]);
      expect(result).toEqual({ accepted: 31, refused: {} });
    }
    await vi.waitFor(() => store.flush(), 10_000);
    expect(await store.writing?.()).toMatchObject({ waiting: 0, dropped: 0, refused: {} });
    const health = await store.health(ORGANIZATION, `r${router}`, window);
    expect(health).toMatchObject({ samples: written + 1, cpuMax: 39 });
    await store.close();
  });

  test('silent in the middle, it has each point once when it speaks again', async (context) => {
    const settings = server(context);
    const store = open(settings, { writeTimeoutMs: 300 });
    await store.write([cpu(start, 1)]);
    await store.flush();
    proxy.fallSilent();
    await store.write(Array.from({ length: 500 }, (_, index) => cpu(start + 1 + index, 2)));
    await expect(store.flush()).rejects.toThrow(/did not answer within 0\.3 s/u);
    expect(await store.writing?.()).toMatchObject({ waiting: 500, trouble: expect.stringContaining('did not answer') });
    await proxy.cut();
    await proxy.mend();
    await vi.waitFor(() => store.flush(), 10_000);
    expect(await store.health(ORGANIZATION, `r${router}`, window)).toMatchObject({ samples: 501 });
    await store.close();
  });

  test('away at the end of one writer, it gets the rest from the next', async (context) => {
    const settings = server(context);
    await proxy.cut();
    const first = open(settings);
    await first.write(Array.from({ length: 120 }, (_, index) => cpu(start + index, 3)));
    await first.close();
    await proxy.mend();
    const second = open(settings);
    await second.write([cpu(start + 120, 3)]);
    await vi.waitFor(() => second.flush(), 10_000);
    expect(await second.health(ORGANIZATION, `r${router}`, window)).toMatchObject({ samples: 121 });
    await second.close();
  });

  test('of lines that it cannot read it names the bad ones, and the good ones are stored', async (context) => {
    const settings = server(context);
    const connection = new InfluxConnection(settings);
    const refused: [number, string][] = [];
    const line = (index: number): string =>
      `cpu,organization=${ORGANIZATION},router_id=r${router},site=a,vendor=b usage_percent=${[3, 17].includes(index) ? 'bad' : 5} ${start + index}`;
    const text = Array.from({ length: 20 }, (_, index) => line(index)).join('\n');
    const delivery = new Delivery(
      { text, lines: 20 },
      {
        send: (part) => connection.request(5000, (client) => sendLines(client, settings, part)),
        onRefused: (points, reason) => refused.push([points, reason]),
      },
    );
    expect(await delivery.attempt()).toBeNull();
    connection.close();
    expect(refused).toEqual([
      [1, 'InfluxDB 400: unable to parse'],
      [1, 'InfluxDB 400: unable to parse'],
    ]);
    const store = open(settings);
    expect(await store.health(ORGANIZATION, `r${router}`, window)).toMatchObject({ samples: 18 });
    await store.close();
  });

  test('what is beyond its retention is counted, and the rest stored', async (context) => {
    const settings = server(context);
    const bucket = await makeBucket(settings, 'an-hour', 3600);
    const store = open({ ...settings, bucket });
    const now = Date.now();
    await store.write([cpu(now - 240 * MINUTE, 1), cpu(now - 2000, 2), cpu(now - 300 * MINUTE, 3), cpu(now - 1000, 4)]);
    await expect(store.flush()).rejects.toThrow(/^2 points were not stored: .*retention policy/u);
    expect((await store.writing?.())?.refused).toEqual({
      'InfluxDB 422: partial write: points outside retention policy': 2,
    });
    expect(await store.health(ORGANIZATION, `r${router}`, window)).toMatchObject({ samples: 2 });
    await store.close();
  });

  test('a wrong token and a bucket that is not there keep everything until they are put right', async (context) => {
    const settings = server(context);
    const stranger = open({ ...settings, token: 'a-token-of-nobody' });
    await stranger.write([cpu(start, 1), cpu(start + 1, 1)]);
    await expect(stranger.flush()).rejects.toThrow(/does not accept the token; check INFLUX_TOKEN/u);
    await stranger.close();
    const store = open(settings);
    await store.write([cpu(start + 2, 1)]);
    await store.flush();
    expect(await store.health(ORGANIZATION, `r${router}`, window)).toMatchObject({ samples: 3 });
    await store.close();

    const early = open({ ...settings, bucket: 'not-yet' });
    await early.write([cpu(start, 1)]);
    await expect(early.flush()).rejects.toThrow(/does not know the bucket "not-yet".*`netup-tui setup influx`/u);
    await makeBucket(settings, 'not-yet', 0);
    await early.flush();
    expect(await early.health(ORGANIZATION, `r${router}`, window)).toMatchObject({ samples: 1 });
    await early.close();
  });
});

/** Makes a bucket by the server's own interface, and returns its name. */
async function makeBucket({ url, token, org }: InfluxSettings, name: string, everySeconds: number): Promise<string> {
  const headers = { authorization: `Token ${token}`, 'content-type': 'application/json' };
  const found = await fetch(`${url}/api/v2/orgs?org=${org}`, { headers });
  const { orgs } = z.object({ orgs: z.array(z.object({ id: z.string() })) }).parse(await found.json());
  const retentionRules = everySeconds === 0 ? [] : [{ type: 'expire', everySeconds, shardGroupDurationSeconds: 3600 }];
  const made = await fetch(`${url}/api/v2/buckets`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ orgID: orgs[0]?.id, name, retentionRules }),
  });
  expect(made.status).toBe(201);
  return name;
}
