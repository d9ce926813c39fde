import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ReplayServer, startReplay, status } from '../../../test/support/influx-replay.ts';
import type { Point } from '../../model/telemetry.ts';
import { type InfluxStoreOptions, openInfluxStore } from './influx-store.ts';

const ORGANIZATION = '11111111-1111-4111-8111-111111111111';
const stored = status(204, {});
const down = status(503, { message: 'too busy' });

let server: ReplayServer;
beforeAll(async () => {
  server = await startReplay();
});
afterAll(() => server.close());

/** Points whose CPU percentages are the numbers from `from` to `to`. */
function points(from: number, to: number): Point[] {
  const tags = { router_id: 'r1', organization: ORGANIZATION, vendor: 'Cisco', site: 'ams-1' };
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const value = from + index;
    return { measurement: 'cpu', tags, time: 1_700_000_000_000 + value, fields: { usage_percent: value } };
  });
}

function open(options: InfluxStoreOptions = {}) {
  const lost: [number, string][] = [];
  const before = server.requests.length;
  const store = openInfluxStore(
    { url: server.url, token: 'token', org: 'noc', bucket: 'telemetry', batchSize: 3, flushIntervalMs: 600_000 },
    { retryDelayMs: [600_000, 600_000], onLost: (count, reason) => lost.push([count, reason]), ...options },
  );
  /** Percentages by request. */
  const sent = (): number[][] =>
    server.requests
      .slice(before)
      .map(({ body }) => body.split('\n').map((line) => Number(/usage_percent=(\d+)/u.exec(line)?.[1])));
  return { store, lost, sent };
}

describe('writing to InfluxDB', () => {
  test('sends full batches by itself, in order, what has gathered meanwhile together, and the rest on flush', async () => {
    server.answer(stored);
    const { store, sent } = open();
    await store.write(points(1, 19));
    await vi.waitFor(() => expect(sent().flat()).toHaveLength(19));
    await store.write(points(20, 21));
    await store.flush();
    expect(sent()).toEqual([[1, 2, 3], numbers(4, 18), [19], [20, 21]]);
    expect(server.requests.at(-1)).toMatchObject({
      url: '/api/v2/write?org=noc&bucket=telemetry&precision=ms',
      authorization: 'Token token',
      body: expect.stringContaining(
        `cpu,organization=${ORGANIZATION},router_id=r1,site=ams-1,vendor=Cisco usage_percent=21 1700000000021`,
      ),
    });
    await store.close();
  });

  test('sends a few points after the flush interval', async () => {
    server.answer(stored);
    const before = server.requests.length;
    const settings = {
      url: server.url,
      token: 'token',
      org: 'noc',
      bucket: 'telemetry',
      batchSize: 100,
      flushIntervalMs: 1,
    };
    const store = openInfluxStore(settings);
    await store.write(points(1, 2));
    await vi.waitFor(() => expect(server.requests.length).toBe(before + 1));
    await store.close();
  });

  test('keeps everything through an outage, and sends it in order afterwards', async () => {
    server.answer(down);
    const { store, lost, sent } = open();
    await store.write(points(1, 4));
    await expect(store.flush()).rejects.toThrow(/answered 503: too busy/u);
    await store.write(points(5, 5));
    server.answer(down, stored);
    await expect(store.flush()).rejects.toThrow(/answered 503/u);
    await store.flush();
    expect(sent().slice(-2)).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(lost).toEqual([]);
    await store.close();
  });

  test('tries again by itself', async () => {
    server.answer(down, down, stored);
    const { store, sent } = open({ retryDelayMs: [1, 2] });
    await store.write(points(1, 3));
    await vi.waitFor(() => expect(sent()).toEqual([numbers(1, 3), numbers(1, 3), numbers(1, 3)]));
    await store.flush();
    await store.close();
  });

  test('gives up the oldest when too many wait, and says so', async () => {
    server.answer(down);
    const { store, lost, sent } = open({ maxQueued: 6 });
    await store.write(points(1, 6));
    await expect(store.flush()).rejects.toThrow(/503/u);
    await store.write(points(7, 8));
    // The three that are being sent are not given up.
    expect(lost).toEqual([[3, 'too many were waiting']]);
    server.answer(stored);
    await expect(store.flush()).rejects.toThrow('3 points were not stored: too many were waiting');
    await store.flush();
    expect(sent().slice(-2).flat()).toEqual([1, 2, 3, 7, 8]);
    await store.close();
  });

  test('sends on close what was not sent yet', async () => {
    server.answer(stored);
    const { store, sent } = open();
    await store.write(points(1, 2));
    await store.close();
    expect(sent()).toEqual([[1, 2]]);
    await expect(store.write(points(3, 3))).rejects.toThrow(/is closed/u);
  });

  test('says on close what an outage kept from being sent', async () => {
    server.answer(down);
    const { store, lost } = open();
    await store.write(points(1, 5));
    await expect(store.close()).rejects.toThrow('5 points were not stored: the store was closed before they were sent');
    expect(lost).toEqual([[5, 'the store was closed before they were sent']]);
  });

  test('says on close what a server that hangs kept from being sent', async () => {
    server.answer(() => undefined);
    const { store, lost } = open({ writeTimeoutMs: 20 });
    await store.write(points(1, 2));
    await expect(store.close()).rejects.toThrow(/2 points were not stored/u);
    expect(lost.map(([count]) => count)).toEqual([2]);
  });

  test('holds a writer back that is faster than the server, and loses nothing', async () => {
    let held: ServerResponse[] | null = [];
    server.answer((response) => void (held === null ? response.writeHead(204).end() : held.push(response)));
    const { store, lost, sent } = open({ maxQueued: 10 });
    const written = vi.fn<() => void>();
    const write = store.write(points(1, 30)).then(written);
    await vi.waitFor(() => expect(held).toHaveLength(1));
    expect(written).not.toHaveBeenCalled();
    const [first] = held;
    held = null;
    first?.writeHead(204).end();
    await write;
    await store.flush();
    expect(sent().flat()).toEqual(numbers(1, 30));
    expect(lost).toEqual([]);
    await store.close();
  });
});

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
