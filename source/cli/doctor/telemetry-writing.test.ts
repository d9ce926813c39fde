import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type ReplayServer, startReplay, status } from '../../../test/support/influx-replay.ts';
import { numbered } from '../../../test/support/written-points.ts';
import { readSettings } from '../../config/environment.ts';
import { findPaths } from '../../config/paths.ts';
import { openInfluxStore } from '../../telemetry/influx/influx-store.ts';
import type { TelemetryStore } from '../../telemetry/store.ts';
import type { Finding } from './finding.ts';
import { checkTelemetryWriting } from './telemetry-writing.ts';

let server: ReplayServer;
let folder = '';
beforeAll(async () => {
  server = await startReplay();
});
afterAll(() => server.close());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netup-doctor-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const env = (change: Record<string, string> = {}): Record<string, string> => ({
  NETUP_STATE_DIR: folder,
  INFLUX_URL: server.url,
  INFLUX_TOKEN: 'a-token',
  INFLUX_BATCH_SIZE: '10',
  INFLUX_FLUSH_INTERVAL: '5m',
  ...change,
});

function open(change: Record<string, string> = {}): TelemetryStore {
  const { influx, spool } = readSettings(env(change));
  if (influx === null) throw new Error('no InfluxDB');
  return openInfluxStore(influx, { spool, retryDelayMs: [600_000, 600_000] });
}

function check(change: Record<string, string> = {}): Promise<readonly Finding[]> {
  return checkTelemetryWriting({ settings: readSettings(env(change)), paths: findPaths(env()) });
}

test('nothing waits where nothing was written', async () => {
  expect(await check()).toEqual([{ check: 'spool', state: 'ok', found: 'no points wait; none were lost', advice: '' }]);
  expect(await check({ INFLUX_URL: '' })).toEqual([]);
});

test('points that the server does not take are shown with the reason, while the writer runs', async () => {
  server.answer(status(401, { code: 'unauthorized', message: 'no' }));
  const store = open();
  await store.write(numbered(1, 25));
  await expect(store.flush()).rejects.toThrow(/token/u);
  await vi.waitFor(async () => {
    const [finding] = await check();
    expect(finding).toMatchObject({ check: 'spool', state: 'warn' });
    expect(finding?.found).toMatch(
      /^25 points \(\d\.\d kB\) wait for InfluxDB, the oldest for .*: InfluxDB at .* does not accept the token; check INFLUX_TOKEN\.$/u,
    );
  }, 5000);
  await store.close();
});

test('points whose writer has ended are shown, and what was refused and dropped', async () => {
  server.answer(status(503, {}));
  const store = open();
  await store.write([...numbered(1, 3), ...numbered(4, 5).map((point) => ({ ...point, time: -1 }))]);
  await store.close();
  const [finding] = await check();
  expect(finding?.found).toMatch(
    /^3 points .* wait for InfluxDB, the oldest for [^:]*\n2 points refused \(time invalid: 2\) since /u,
  );
  expect(finding?.advice).toMatch(/next one sends them/u);
});

test('points for another bucket are not forgotten', async () => {
  server.answer(status(503, {}));
  const store = open();
  await store.write(numbered(1, 3));
  await store.close();
  const found = await check({ INFLUX_BUCKET: 'other' });
  expect(found.map(({ state }) => state)).toEqual(['ok', 'warn']);
  expect(found[1]?.found).toMatch(
    /^3 points wait in .*spool.*telemetry.*, for a server or bucket that is not that of/u,
  );
  expect(await check({ INFLUX_URL: '' })).toHaveLength(1);
});

test('losses of the last day are a warning', async () => {
  server.answer(status(204, {}));
  const store = open();
  await store.write([...numbered(1, 3), ...numbered(4, 4).map((point) => ({ ...point, time: -1 }))]);
  await store.close();
  expect(await check()).toMatchObject([
    {
      state: 'warn',
      found: expect.stringMatching(/^1 point refused \(time invalid: 1\) since .*, the last /u),
      advice: expect.stringContaining('log'),
    },
  ]);
});

test('a folder that cannot be written is found before it is needed', async () => {
  const place = path.join(folder, 'file');
  await writeFile(place, '');
  const [finding] = await check({ NETUP_SPOOL_DIR: path.join(place, 'spool') });
  expect(finding).toMatchObject({ state: 'warn', advice: expect.stringContaining('NETUP_SPOOL_DIR') });
});
