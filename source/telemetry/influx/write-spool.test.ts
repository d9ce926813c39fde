import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ReplayServer, startReplay, status } from '../../../test/support/influx-replay.ts';
import { numbered, numbersIn, range, settingsFor } from '../../../test/support/written-points.ts';
import type { TelemetryStore } from '../store.ts';
import { type InfluxStoreOptions, openInfluxStore } from './influx-store.ts';

const stored = status(204, {});
const down = status(503, { message: 'too busy' });
const MB = 1024 * 1024;

let server: ReplayServer;
let directory = '';
let logged: string[] = [];
let opened: TelemetryStore[] = [];
beforeAll(async () => {
  server = await startReplay();
});
afterAll(() => server.close());
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'netup-spool-'));
  logged = [];
  opened = [];
});
afterEach(async () => {
  await Promise.allSettled(opened.map((store) => store.close()));
  await rm(directory, { recursive: true, force: true });
});

const log = {
  info: (_: object, message: string) => logged.push(message),
  warn: (_: object, message: string) => logged.push(message),
};

function open(options: InfluxStoreOptions = {}): TelemetryStore {
  const store = openInfluxStore(settingsFor(server.url), {
    spool: { directory, maxBytes: 16 * MB },
    retryDelayMs: [600_000, 600_000],
    log,
    ...options,
  });
  opened.push(store);
  return store;
}

/** What the server is sent from here on. */
function watchServer(): () => number[] {
  const before = server.requests.length;
  return () => server.requests.slice(before).flatMap(({ body }) => numbersIn(body));
}

/** The one folder for the server and bucket, with a folder for each writer. */
async function writers(): Promise<string[]> {
  const [destination = ''] = await readdir(directory);
  const folder = path.join(directory, destination);
  return (await readdir(folder)).map((name) => path.join(folder, name));
}

describe('points that wait on disk', () => {
  test('are left there by a close in an outage, and sent in order before newer ones by the next store', async () => {
    server.answer(down);
    const first = open();
    await first.write(numbered(1, 7));
    await first.close();
    const sent = watchServer();
    server.answer(stored);
    const second = open();
    expect(await second.writing?.()).toMatchObject({ waiting: 7, abandoned: 7, inMemory: 0, dropped: 0 });
    await second.write(numbered(8, 9));
    await second.flush();
    expect(sent()).toEqual(range(1, 9));
    expect(await second.writing?.()).toMatchObject({ waiting: 0, bytes: 0, oldestAt: null, abandoned: 0 });
    await second.close();
    expect(await writers()).toEqual([]);
    expect(logged).toContain('telemetry left over from a writer that ended is sent now');
  });

  test('are sent from where it stopped, when some had been sent', async () => {
    server.answer(stored, down);
    const first = open();
    await first.write(numbered(1, 8));
    await expect(first.flush()).rejects.toThrow(/503/u);
    await first.close();
    const sent = watchServer();
    server.answer(stored);
    const second = open();
    await second.write(numbered(9, 9));
    await second.flush();
    expect(sent()).toEqual(range(4, 9));
  });

  test('are not taken over by a store that only reads', async () => {
    server.answer(down);
    const first = open();
    await first.write(numbered(1, 3));
    await first.close();
    const reader = open();
    await reader.flush();
    await reader.close();
    expect(await open().writing?.()).toMatchObject({ waiting: 3, abandoned: 3 });
  });

  test('are apart for two writers at a time, and counted together', async () => {
    server.answer(down);
    const [one, other] = [open(), open()];
    await one.write(numbered(1, 3));
    await other.write(numbered(4, 8));
    await Promise.allSettled([one.flush(), other.flush()]);
    expect(await writers()).toHaveLength(2);
    const both = { waiting: 8, abandoned: 0 };
    await vi.waitFor(async () => expect(await one.writing?.()).toMatchObject(both), 5000);
    const sent = watchServer();
    server.answer(stored);
    await one.flush();
    await other.flush();
    expect(sent()).toEqual(range(1, 8));
  });

  test('are never sent to another bucket', async () => {
    server.answer(down);
    const first = open();
    await first.write(numbered(1, 3));
    await first.close();
    server.answer(stored);
    const other = openInfluxStore(
      { ...settingsFor(server.url), bucket: 'other' },
      { spool: { directory, maxBytes: MB } },
    );
    opened.push(other);
    const sent = watchServer();
    await other.write(numbered(4, 4));
    await other.flush();
    expect(sent()).toEqual([4]);
    expect(await open().writing?.()).toMatchObject({ waiting: 3 });
  });

  test('belong to a writer on another machine until it has been silent for two minutes', async () => {
    server.answer(down);
    const first = open();
    await first.write(numbered(1, 3));
    await first.close();
    const [folder = ''] = await writers();
    const elsewhere = path.join(path.dirname(folder), 'other-host.17.4242.1');
    await rename(folder, elsewhere);
    server.answer(stored);
    const sent = watchServer();
    const early = open();
    await early.write(numbered(4, 4));
    await early.close();
    expect(sent()).toEqual([4]);
    const long = new Date(Date.now() - 121_000);
    await utimes(path.join(elsewhere, 'state.json'), long, long);
    await utimes(elsewhere, long, long);
    const late = open();
    await late.write(numbered(5, 5));
    await late.close();
    expect(sent()).toEqual([4, 1, 2, 3, 5]);
  });

  test('are read by their owner alone', async () => {
    server.answer(down);
    await chmod(directory, 0o755);
    const store = open();
    await store.write(numbered(1, 3));
    await expect(store.flush()).rejects.toThrow(/503/u);
    await store.close();
    for (const name of await readdir(directory, { recursive: true })) {
      const { mode } = await stat(path.join(directory, name));
      expect([name, mode & 0o077]).toEqual([name, 0]);
    }
  });

  test('go from the oldest on at the bound, and are counted for the next writer too', async () => {
    server.answer(down);
    const store = open({ spool: { directory, maxBytes: MB } });
    for (let at = 1; at < 20_000; at += 500) await store.write(numbered(at, at + 499));
    const state = await store.writing?.();
    const dropped = state?.dropped ?? 0;
    expect(dropped).toBeGreaterThan(5000);
    expect(state).toMatchObject({ waiting: 20_000 - dropped, lossAt: expect.any(Number) });
    expect(state?.bytes).toBeLessThanOrEqual(MB);
    // The batch that was being sent when its file went is only in memory, so that the end costs it too.
    await expect(store.close()).rejects.toThrow(`${dropped + 3} points were not stored: too many were waiting`);
    const next = open();
    await next.write(numbered(20_001, 20_001));
    expect(await next.writing?.()).toMatchObject({ waiting: 20_001 - dropped - 3, dropped: dropped + 3 });
  });

  test('can be read of by a program that does not write, a second late at most', async () => {
    server.answer(status(401, { code: 'unauthorized', message: 'no' }));
    const store = open();
    await store.write([...numbered(1, 3), ...numbered(4, 4).map((point) => ({ ...point, time: -1 }))]);
    await expect(store.flush()).rejects.toThrow(/token/u);
    const [folder = ''] = await writers();
    await vi.waitFor(async () => {
      expect(JSON.parse(await readFile(path.join(folder, 'state.json'), 'utf8'))).toMatchObject({
        waiting: 3,
        refused: { 'time invalid': 1 },
        trouble: expect.stringContaining('INFLUX_TOKEN'),
      });
    }, 5000);
  });
});

describe('a disk that fails', () => {
  test('leaves points in memory, with a warning, until it works again', async () => {
    server.answer(down);
    let now = Date.now();
    const place = path.join(directory, 'spool');
    await writeFile(place, 'a file where the folder should be');
    const store = open({ spool: { directory: place, maxBytes: MB }, now: () => now });
    await store.write(numbered(1, 4));
    expect(await store.writing?.()).toMatchObject({ waiting: 4, inMemory: 4 });
    const warning = 'the telemetry spool cannot be written: points wait in memory, and are lost if this process ends';
    expect(logged.filter((message) => message === warning)).toHaveLength(1);
    await rm(place);
    now += 1000;
    await store.write(numbered(5, 5));
    expect(await store.writing?.()).toMatchObject({ waiting: 5, inMemory: 5 });
    now += 5000;
    await store.write(numbered(6, 6));
    // The first batch is under way from memory.
    await vi.waitFor(async () => expect(await store.writing?.()).toMatchObject({ waiting: 6, inMemory: 3 }));
    expect(logged).toContain('telemetry is spooled to disk again');
    const sent = watchServer();
    server.answer(stored);
    await store.flush();
    expect(sent()).toEqual(range(1, 6));
  });

  test('and a server that fails too: the oldest in memory go first, and are counted', async () => {
    server.answer(down);
    const place = path.join(directory, 'spool');
    await writeFile(place, '');
    const store = open({ spool: { directory: place, maxBytes: MB }, maxQueued: 6 });
    await store.write(numbered(1, 12));
    const dropped = (await store.writing?.())?.dropped ?? 0;
    expect(dropped).toBeGreaterThanOrEqual(6);
    await expect(store.close()).rejects.toThrow('12 points were not stored: the store was closed');
  });

  test('a folder that is removed under it costs what was in it, which is counted, and nothing after that', async () => {
    server.answer(down);
    let now = Date.now();
    const store = open({ now: () => now });
    await store.write(numbered(1, 3));
    await expect(store.flush()).rejects.toThrow(/503/u);
    for (const name of await readdir(directory)) await rm(path.join(directory, name), { recursive: true });
    const sent = watchServer();
    server.answer(stored);
    await store.flush();
    await store.write(numbered(4, 6));
    await store.flush().catch(() => undefined);
    now += 6000;
    await store.write(numbered(7, 9));
    await store.flush().catch(() => undefined);
    const { dropped = 0, waiting } = (await store.writing?.()) ?? {};
    expect(waiting).toBe(0);
    expect(sent().length + dropped).toBe(9);
    expect(sent()).toEqual(expect.arrayContaining([1, 2, 3, 7, 8, 9]));
  });
});

test('what another user made readable is closed again', async () => {
  const [destination] = await (async () => {
    server.answer(down);
    const store = open();
    await store.write(numbered(1, 1));
    await store.close();
    return readdir(directory);
  })();
  const folder = path.join(directory, destination ?? '');
  await chmod(folder, 0o777);
  await mkdir(path.join(folder, 'not-a-writer'));
  server.answer(stored);
  const store = open();
  await store.write(numbered(2, 2));
  await store.close();
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(existsSync(path.join(folder, 'not-a-writer'))).toBe(true);
});
