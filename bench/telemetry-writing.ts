import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { InfluxSettings } from '../source/config/settings.ts';
import type { Point } from '../source/model/telemetry.ts';
import { openInfluxStore } from '../source/telemetry/influx/influx-store.ts';
import { lineOf } from '../source/telemetry/influx/line-protocol.ts';
import type { TelemetryStore } from '../source/telemetry/store.ts';
import { startCuttingProxy } from '../test/support/cutting-proxy.ts';
import { startInflux } from '../test/support/influx-server.ts';
import { quantile, type Result, result } from './result.ts';

const ROUTERS = 500;
const POINTS = 100_000;
const AT_A_TIME = 1000;
/** What InfluxDB's makers advise for a request, and what our backlog is sent in. */
const LARGE_REQUEST = 5000;
const RUNS = 7;
const ORGANIZATION = '00000000-0000-4000-8000-000000000001';

/**
 * Points a second into a real InfluxDB, validated and converted: with the spool, with memory alone, and by a bare script that posts lines
 * made beforehand; then how fast a spool that an outage filled is sent. Needs `influxd`; without it there are no results.
 */
export async function benchTelemetryWriting(): Promise<readonly Result[]> {
  const influx = await startInflux();
  if (typeof influx === 'string') {
    process.stderr.write(`Not measured, ${influx}.\n`);
    return [];
  }
  const directory = await mkdtemp(path.join(tmpdir(), 'netup-bench-'));
  const spool = { directory, maxBytes: 1024 ** 3 };
  try {
    const bare: number[] = [];
    const bareLarge: number[] = [];
    const spooled: number[] = [];
    const memory: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      bare.push(await postBare(influx.settings, nextPoints(), AT_A_TIME));
      bareLarge.push(await postBare(influx.settings, nextPoints(), LARGE_REQUEST));
      spooled.push(await write(openInfluxStore(influx.settings, { spool }), nextPoints()));
      memory.push(await write(openInfluxStore(influx.settings), nextPoints()));
    }
    const replayed = await replay(influx.settings, spool);
    const against = (name: string, rates: readonly number[], share?: number): Result => {
      const reference = quantile(rates, 0.5);
      return result(`telemetry: ingest, spool on disk; against ${name}`, quantile(spooled, 0.5), 'points/s', {
        best: Math.max(...spooled),
        reference,
        ...(share === undefined ? {} : { goal: reference * share, atLeast: true }),
      });
    };
    return [
      against(`bare gzip posts of ${AT_A_TIME}`, bare, 0.9),
      against(`bare gzip posts of ${LARGE_REQUEST}`, bareLarge),
      against('memory alone', memory, 0.95),
      result('telemetry: accepted in an outage', replayed.accepted, 'points/s'),
      result('telemetry: a spool of 100,000 points is sent', replayed.sent, 'points/s'),
    ];
  } finally {
    await influx.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

let minute = Math.floor(Date.now() / 60_000) - 100_000;

/** New points each time, of the same routers. */
function nextPoints(): Point[] {
  const points: Point[] = [];
  while (points.length < POINTS) {
    minute += 1;
    for (let router = 0; router < ROUTERS && points.length < POINTS; router += 1) {
      const tags = {
        router_id: `router-${router}`,
        organization: ORGANIZATION,
        vendor: 'Cisco',
        site: `site-${router % 20}`,
      };
      points.push({
        measurement: 'cpu',
        tags,
        time: minute * 60_000 + router,
        fields: { usage_percent: (router * 7) % 100 },
      });
    }
  }
  return points;
}

/** Writes and flushes; points a second. */
async function write(store: TelemetryStore, points: readonly Point[]): Promise<number> {
  const rate = await rateOf(points.length, async () => {
    for (let at = 0; at < points.length; at += AT_A_TIME) await store.write(points.slice(at, at + AT_A_TIME));
    await store.flush();
  });
  await store.close();
  return rate;
}

async function postBare(
  { url, token, org, bucket }: InfluxSettings,
  points: readonly Point[],
  each: number,
): Promise<number> {
  const lines = points.map((point) => lineOf(point));
  const agent = new http.Agent({ keepAlive: true });
  const target = `${url}/api/v2/write?org=${org}&bucket=${bucket}&precision=ms`;
  const headers = { authorization: `Token ${token}`, 'content-encoding': 'gzip' };
  const post = async (body: Buffer): Promise<void> => {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      http.request(target, { method: 'POST', agent, headers }, resolve).on('error', reject).end(body);
    });
    const said = await text(response);
    if (response.statusCode !== 204) throw new Error(`InfluxDB answered ${response.statusCode}: ${said}`);
  };
  const rate = await rateOf(lines.length, async () => {
    for (let at = 0; at < lines.length; at += each) {
      await post(await promisify(gzip)(lines.slice(at, at + each).join('\n')));
    }
  });
  agent.destroy();
  return rate;
}

/** Fills a spool while the server is away, and has another store send it. */
async function replay(
  settings: InfluxSettings,
  spool: { readonly directory: string; readonly maxBytes: number },
): Promise<{ accepted: number; sent: number }> {
  const { hostname, port } = new URL(settings.url);
  const proxy = await startCuttingProxy({ host: hostname, port: Number(port) });
  const behind = { ...settings, url: `http://127.0.0.1:${proxy.port}` };
  await proxy.cut();
  const first = openInfluxStore(behind, { spool });
  const points = nextPoints();
  const accepted = await rateOf(points.length, async () => {
    for (let at = 0; at < points.length; at += AT_A_TIME) await first.write(points.slice(at, at + AT_A_TIME));
  });
  await first.close();
  await proxy.mend();
  const second = openInfluxStore(behind, { spool });
  const sent = await rateOf(points.length, async () => {
    await second.write(points.slice(0, 1));
    await second.flush();
  });
  await second.close();
  await proxy.stop();
  return { accepted, sent };
}

async function rateOf(points: number, work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (points / (performance.now() - started)) * 1000;
}
