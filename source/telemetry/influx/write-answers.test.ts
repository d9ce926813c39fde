import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Answer, type ReplayServer, startReplay, status } from '../../../test/support/influx-replay.ts';
import { numbered, numbersIn, range, settingsFor } from '../../../test/support/written-points.ts';
import { openInfluxStore } from './influx-store.ts';

const stored = status(204, {});
const NEVER_MS = 600_000;

let server: ReplayServer;
beforeAll(async () => {
  server = await startReplay();
});
afterAll(() => server.close());

/** A store that tries again at once unless it has reason to wait, and what it tells. */
function open(retryDelayMs: readonly [first: number, longest: number] = [1, NEVER_MS]) {
  const before = server.requests.length;
  const warnings: object[] = [];
  const log = {
    info: () => undefined,
    warn: (details: object, message: string) => warnings.push({ message, ...details }),
  };
  const options = { log, retryDelayMs, writeTimeoutMs: 250 };
  const store = openInfluxStore(settingsFor(server.url, 8), options);
  const requests = (): number[][] =>
    server.requests.slice(before).flatMap(({ url, body }) => (url.includes('/write') ? [numbersIn(body)] : []));
  return { store, warnings, requests };
}

/** InfluxDB 2.7.12's answer to a write that has one of these lines in it, of which it stores nothing; else it stores it all. */
function unableToParse(bad: readonly number[], kept: number[]): Answer {
  return (response, body) => {
    const numbers = numbersIn(body);
    const found = numbers.find((number) => bad.includes(number));
    if (found === undefined) kept.push(...numbers);
    const refusal = { code: 'invalid', message: `unable to parse 'cpu,n=${found} x': invalid field format` };
    (found === undefined ? stored : status(400, refusal))(response, body);
  };
}

const retryLater =
  (code: number, header: string): Answer =>
  (response) =>
    void response.writeHead(code, { 'retry-after': header, 'content-type': 'application/json' }).end('{}');

describe('an answer about the points', () => {
  test.each([{ bad: [5] }, { bad: [1, 8] }, { bad: [3, 4] }, { bad: range(1, 8) }])(
    '400 for the lines $bad costs these and no other',
    async ({ bad }) => {
      const kept: number[] = [];
      server.answer(unableToParse(bad, kept));
      const { store, warnings } = open();
      await store.write(numbered(1, 8));
      await expect(store.flush()).rejects.toThrow(`${bad.length} points were not stored: InfluxDB at`);
      expect(kept).toEqual(range(1, 8).filter((number) => !bad.includes(number)));
      expect(await store.writing?.()).toMatchObject({
        waiting: 0,
        dropped: 0,
        refused: { 'InfluxDB 400: unable to parse': bad.length },
        trouble: null,
      });
      expect(warnings[0]).toMatchObject({
        message: 'telemetry points were refused',
        reason: 'InfluxDB 400: unable to parse',
        detail: expect.stringContaining('invalid field format'),
      });
      await store.close();
    },
  );

  test('an outage while bad lines are looked for loses no good one, and counts no bad one twice', async () => {
    const kept: number[] = [];
    const parse = unableToParse([2], kept);
    server.answer(parse, status(503, {}), parse, parse, status(500, {}), parse);
    const { store } = open();
    await store.write(numbered(1, 8));
    await vi.waitFor(async () => expect(await store.writing?.()).toMatchObject({ waiting: 0 }));
    expect(kept.toSorted((one, other) => one - other)).toEqual([1, 3, 4, 5, 6, 7, 8]);
    expect((await store.writing?.())?.refused).toEqual({ 'InfluxDB 400: unable to parse': 1 });
    await store.close().catch(() => undefined);
  });

  test('422 says how many of the points it does not store', async () => {
    const message =
      'failure writing points to database: partial write: dropped 2 points outside retention policy of duration 1h0m0s - ' +
      'oldest point cpu,router_id=r5 at 2026-11-24T07:00:21.476Z dropped because it violates a Retention Policy Lower Bound dropped=2';
    server.answer(status(422, { code: 'unprocessable entity', message }), stored);
    const { store, requests } = open();
    await store.write(numbered(1, 8));
    await expect(store.flush()).rejects.toThrow(/^2 points were not stored/u);
    expect(requests()).toHaveLength(1);
    expect((await store.writing?.())?.refused).toEqual({
      'InfluxDB 422: partial write: points outside retention policy': 2,
    });
    await store.close();
  });

  test('413 halves what is sent, down to a line that is too large by itself', async () => {
    const kept: number[] = [];
    server.answer((response, body) => {
      const numbers = numbersIn(body);
      const tooLarge = numbers.length > 3 || numbers.includes(6);
      if (!tooLarge) kept.push(...numbers);
      // As a proxy says it.
      const answer = (): ServerResponse =>
        tooLarge ? response.writeHead(413, { 'content-type': 'text/html' }) : response.writeHead(204);
      answer().end(tooLarge ? '<html>413 Request Entity Too Large</html>' : '');
    });
    const { store } = open();
    await store.write(numbered(1, 8));
    await expect(store.flush()).rejects.toThrow(/^1 points were not stored: .*answered 413/u);
    expect(kept).toEqual([1, 2, 3, 4, 5, 7, 8]);
    await store.close();
  });
});

describe('an answer about the moment', () => {
  test.each([401, 403, 404])('%i keeps everything, says what to do, and does not hammer', async (code) => {
    server.answer(status(code, { code: 'x', message: 'no' }));
    const { store, warnings, requests } = open();
    await store.write(numbered(1, 8));
    await vi.waitFor(() => expect(warnings).toHaveLength(1));
    expect(warnings[0]).toMatchObject({
      message: 'telemetry cannot be sent; it is kept',
      reason: expect.stringMatching(/INFLUX_(?:TOKEN|BUCKET)/u),
    });
    expect(await store.writing?.()).toMatchObject({
      waiting: 8,
      dropped: 0,
      trouble: expect.stringContaining('INFLUX_'),
    });
    // The first wait is 1 ms, so a second one would have come while the server answers these.
    for (let other = 0; other < 30; other += 1) await fetch(server.url);
    expect(requests()).toHaveLength(1);
    server.answer(stored);
    await store.flush();
    expect(requests()).toHaveLength(2);
    expect(await store.writing?.()).toMatchObject({ waiting: 0, refused: {}, trouble: null });
    await store.close();
  });

  test('404 names the command that makes the bucket', async () => {
    server.answer(status(404, { code: 'not found', message: 'bucket "telemetry" not found' }), stored);
    const { store } = open();
    await store.write(numbered(1, 2));
    await expect(store.flush()).rejects.toThrow(/does not know the bucket "telemetry".*`netup-tui setup influx`/u);
    await store.close();
  });

  test.each([
    [429, '600'],
    [503, '600'],
    [429, new Date(Date.now() + NEVER_MS).toUTCString()],
  ])('%i with Retry-After: %s is left alone for that long, by a flush too', async (code, header) => {
    server.answer(retryLater(code, header));
    const { store, requests } = open([1, 1]);
    await store.write(numbered(1, 8));
    await vi.waitFor(async () => expect((await store.writing?.())?.trouble).toMatch(/answered/u));
    await expect(store.flush()).rejects.toThrow(`answered ${code}`);
    expect(requests()).toHaveLength(1);
    await store.close().catch(() => undefined);
    expect(requests()).toHaveLength(1);
  });

  test('Retry-After: 0, a time gone by and nonsense do not hold anything up', async () => {
    server.answer(
      retryLater(429, '0'),
      retryLater(503, 'Wed, 21 Oct 2015 07:28:00 GMT'),
      retryLater(503, 'soon'),
      stored,
    );
    const { store, requests } = open();
    await store.write(numbered(1, 8));
    await vi.waitFor(() => expect(requests()).toHaveLength(4));
    await store.flush();
    await store.close();
  });

  test.each<[string, Answer]>([
    ['an error of the server', status(500, { code: 'internal error', message: 'panic' })],
    ['a proxy without a server', (response) => void response.writeHead(502).end('<html>Bad Gateway</html>')],
    ['a slow server', () => undefined],
    ['a connection that is cut', (response) => void response.destroy()],
    ['a connection that is cut in the answer', (response) => cutAfterHead(response)],
    ['a redirect', (response) => void response.writeHead(302, { location: '/login' }).end()],
    ['a page that is not InfluxDB', (response) => void response.writeHead(200).end('<html>Sign in</html>')],
    ['400 of a proxy', (response) => void response.writeHead(400).end('<html>sent to an HTTPS port</html>')],
    ['422 of a proxy', (response) => void response.writeHead(422).end('dropped=8')],
  ])('%s costs no point: it is sent again', async (_, answer) => {
    server.answer(answer, answer, stored);
    const { store, requests } = open([1, 1]);
    await store.write(numbered(1, 8));
    await vi.waitFor(() => expect(requests()).toEqual([range(1, 8), range(1, 8), range(1, 8)]));
    await store.flush();
    expect(await store.writing?.()).toMatchObject({ waiting: 0, dropped: 0, refused: {}, trouble: null });
    await store.close();
  });
});

describe('refused by the validator', () => {
  test('is counted by reason, and logged once a minute for each', async () => {
    server.answer(stored);
    const { store, warnings } = open();
    const [point] = numbered(1, 1);
    const bad = { ...point, time: Number.NaN };
    for (let round = 0; round < 50; round += 1) await store.write(numbered(1, 2).map((one) => ({ ...one, ...bad })));
    expect(warnings).toEqual([{ message: 'telemetry points were refused', points: 2, reason: 'time invalid' }]);
    expect(await store.writing?.()).toMatchObject({ refused: { 'time invalid': 100 }, lossAt: expect.any(Number) });
    await store.close();
    expect(warnings.at(-1)).toMatchObject({ points: 98 });
  });
});

test('without gzip nothing is packed', async () => {
  server.answer(stored);
  const store = openInfluxStore({ ...settingsFor(server.url, 100), gzip: false });
  await store.write(numbered(1, 100));
  await store.flush();
  await store.close();
  expect(server.requests.at(-1)?.encoding).toBeUndefined();
  const packing = openInfluxStore(settingsFor(server.url, 100));
  await packing.write(numbered(1, 100));
  await packing.flush();
  await packing.close();
  expect(server.requests.at(-1)?.encoding).toBe('gzip');
});

function cutAfterHead(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '100' });
  response.write('x', () => response.destroy());
}
