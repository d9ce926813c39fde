import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useDatabase } from '../../../test/support/postgres.ts';
import { cpu, errors, memory, progress, sensor, tagsOf, traffic } from '../../../test/telemetry-contract-points.ts';
import { type Database, openDatabase } from '../../postgres/database.ts';
import type { TelemetryStore } from '../store.ts';
import { openEmbeddedStore } from './embedded-store.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** The current hour. Tests begin ten hours before it, and let the store's clock go on. */
const hour = Math.floor(Date.now() / HOUR) * HOUR;

const postgres = useDatabase();
let worker: Database;
let store: TelemetryStore;
let now = 0;

beforeAll(() => {
  worker = openDatabase(postgres.settings('netup_worker'));
});
afterAll(() => worker.close());

// The store does not go back in time, so each test has a store of its own, on empty tables.
beforeEach(async () => {
  await postgres.admin`
    SELECT telemetry_drop_partitions(name, 'infinity', '0')
    FROM unnest(ARRAY['telemetry_raw', 'telemetry_interfaces', 'telemetry_details', 'telemetry_upgrades', 'telemetry_hourly']) AS name`;
  await postgres.admin`UPDATE telemetry_state SET raw_from = '-infinity'`;
  now = hour - 10 * HOUR;
  store = openEmbeddedStore(worker, { now: () => now });
});

async function partitions(table: string): Promise<string[]> {
  const rows = await postgres.admin<{ name: string }[]>`
    SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = ${table}::regclass ORDER BY 1`;
  return rows.map(({ name }) => name);
}

describe('older than two hours', () => {
  test('readings are summed up by the hour, exactly', async () => {
    const tags = tagsOf('r1');
    const first = now - HOUR;
    await store.write([
      cpu(tags, first, 10),
      cpu(tags, first + 10 * MINUTE, 70),
      memory(tags, first + 10 * MINUTE, 30),
      memory(tags, first + 20 * MINUTE, 50),
      errors(tags, first + 20 * MINUTE, 4),
      errors(tags, first + 20 * MINUTE, 9, 'warning'),
      cpu(tags, now - 1, 40),
    ]);
    const window = { start: first, end: first + HOUR };
    const before = await store.health(tags.organization, 'r1', window);
    now += 5 * HOUR;
    await store.write([cpu(tags, now, 1)]);
    expect(await postgres.admin`SELECT time FROM telemetry_raw`).toHaveLength(1);
    const after = await store.health(tags.organization, 'r1', window);
    expect(after).toEqual(before);
    expect(after).toEqual({
      cpuMean: 40,
      cpuMax: 70,
      cpuLatest: 40,
      memoryMinFree: 30,
      memoryLatestFree: 50,
      criticalErrors: 4,
      samples: 3,
      newestAt: first + HOUR - 1,
    });
  });

  test('windows take hourly sums and single readings together, and series too', async () => {
    const tags = tagsOf('r1');
    const begin = now;
    for (let step = 0; step <= 5; step += 1) {
      await store.write([cpu(tags, now, step * 10), cpu(tags, now + 5 * MINUTE - 1, step * 10), errors(tags, now, 1)]);
      now += HOUR;
    }
    now -= HOUR;
    const window = { start: begin, end: begin + 6 * HOUR };
    const health = await store.health(tags.organization, 'r1', window);
    expect(health).toMatchObject({ cpuMean: 25, samples: 12, cpuLatest: 50, criticalErrors: 6 });
    expect((await store.fleetHealth(tags.organization, window)).get('r1')).toEqual(health);
    const series = await store.series(tags.organization, ['r1'], 'cpu', window, 6);
    expect(series.get('r1')).toEqual({ start: begin, stepMs: HOUR, values: [0, 10, 20, 30, 40, 50] });
    const sums = await store.series(tags.organization, ['r1'], 'errors', window, 3);
    expect(sums.get('r1')?.values).toEqual([2, 2, 2]);
    const fine = await store.series(tags.organization, ['r1'], 'cpu', { start: begin, end: begin + 2 * HOUR }, 4);
    expect(fine.get('r1')?.values).toEqual([0, null, 10, null]);
  });

  test('every organization is summed up, whoever writes', async () => {
    const silent = tagsOf('r1');
    await store.write([cpu(silent, now, 33)]);
    const window = { start: now, end: now + HOUR };
    now += 5 * HOUR;
    await store.write([cpu(tagsOf('r2'), now, 1)]);
    expect(await store.health(silent.organization, 'r1', window)).toMatchObject({ cpuMean: 33, samples: 1 });
  });

  test('points are refused, counted and logged, and a process that was behind learns it from the database', async () => {
    const tags = tagsOf('r1');
    const logged: object[] = [];
    const warn = (details: object, message: string): void => void logged.push({ ...details, message });
    const other = openEmbeddedStore(worker, { now: () => now, log: { info: warn, warn } });
    await store.write([cpu(tags, now, 10)]);
    await other.write([cpu(tags, now, 10)]);
    const old = now;
    now += 6 * HOUR;
    await store.write([cpu(tags, now, 20)]);
    // Its clock stands still, so it still takes the partitions of the past for granted.
    now = old;
    for (const points of [2, 3]) {
      expect(await other.write(Array.from({ length: points }, () => cpu(tags, old + MINUTE, 10)))).toEqual({
        accepted: 0,
        refused: { 'older than the store keeps': points },
      });
    }
    await other.close();
    const message = 'telemetry points were refused';
    expect(logged).toEqual([2, 3].map((points) => ({ points, reason: 'older than the store keeps', message })));
  });
});

describe('partitions', () => {
  test('are made ahead and dropped behind, so that the size is bounded', async () => {
    const tags = tagsOf('r1');
    for (let step = 0; step < 10; step += 1) {
      await store.write([cpu(tags, now, 10), traffic(tags, now, 'ge-0')]);
      // Two to three hours of half hours, and one ahead.
      expect((await partitions('telemetry_raw')).length).toBeLessThanOrEqual(8);
      expect((await partitions('telemetry_interfaces')).length).toBeLessThanOrEqual(8);
      now += HOUR;
    }
    // Thirty days of weeks.
    expect((await partitions('telemetry_hourly')).length).toBeLessThanOrEqual(6);
    const kinds = await postgres.admin`
      SELECT DISTINCT relname LIKE 'telemetry_upgrades%' AS upgrades, relpersistence AS kind FROM pg_class
      WHERE relname SIMILAR TO 'telemetry_(raw|interfaces|details|upgrades)_p[0-9]%' AND relkind = 'r' ORDER BY 1`;
    expect([...kinds]).toEqual([
      { upgrades: false, kind: 'u' },
      { upgrades: true, kind: 'p' },
    ]);
  });

  test('of hourly sums go after thirty days', async () => {
    now -= 45 * 24 * HOUR;
    const begin = now;
    const tags = tagsOf('r1');
    await store.write([cpu(tags, now, 10)]);
    now += 4 * HOUR;
    await store.write([cpu(tags, now, 10)]);
    const old = await partitions('telemetry_hourly');
    now += 44 * 24 * HOUR;
    await store.write([cpu(tags, now, 10)]);
    now += 4 * HOUR;
    await store.write([cpu(tags, now, 10)]);
    expect((await partitions('telemetry_hourly')).filter((name) => old.includes(name))).toEqual([]);
    expect(await store.health(tags.organization, 'r1', { start: begin, end: begin + 12 * HOUR })).toBeNull();
  });

  test('of sensors go with the readings, of upgrades after seven days', async () => {
    now -= 20 * 24 * HOUR;
    const begin = now;
    const tags = tagsOf('r1');
    const window = { start: begin, end: begin + 1 };
    const read = async () => ({
      sensors: (await store.sensors(tags.organization, 'r1', window)).length,
      progress: (await store.upgradeProgress(tags.organization, 'r1', window, null)).length,
    });
    await store.write([sensor(tags, now, 'fan', { fan_rpm: 1 }), progress(tags, now)]);
    expect(await read()).toEqual({ sensors: 1, progress: 1 });
    now += 5 * HOUR;
    await store.write([cpu(tags, now, 10)]);
    expect(await read()).toEqual({ sensors: 0, progress: 1 });
    now += 6 * 24 * HOUR;
    await store.write([cpu(tags, now, 10)]);
    expect(await read()).toEqual({ sensors: 0, progress: 1 });
    now += 2 * 24 * HOUR;
    await store.write([cpu(tags, now, 10)]);
    expect(await read()).toEqual({ sensors: 0, progress: 0 });
    // Seven days, the current one, and one more at each end.
    expect((await partitions('telemetry_upgrades')).length).toBeLessThanOrEqual(10);
    expect((await partitions('telemetry_details')).length).toBeLessThanOrEqual(8);
  });

  test('are not dropped early by a caller whose clock is ahead', async () => {
    await store.write([cpu(tagsOf('r1'), now, 10)]);
    now = Date.now();
    await store.write([cpu(tagsOf('r1'), now, 10)]);
    const before = await partitions('telemetry_raw');
    await worker.unscoped`SELECT telemetry_roll(now() + interval '100 years')`;
    expect((await partitions('telemetry_raw')).filter((name) => before.includes(name))).toEqual(before);
  });

  test('outlive a reader that takes its time, and go later, without counting anything twice', async () => {
    const tags = tagsOf('r1');
    await store.write([cpu(tags, now, 10)]);
    const window = { start: now - HOUR, end: now + HOUR };
    const begin = now;
    const [oldest] = await partitions('telemetry_raw');
    await postgres.admin.begin(async (reader) => {
      await reader`SELECT count(*) FROM telemetry_raw`;
      now += 5 * HOUR;
      await store.write([cpu(tags, now, 20)]);
      expect(await store.health(tags.organization, 'r1', window)).toMatchObject({ samples: 1, newestAt: begin });
      expect(await partitions('telemetry_raw')).toContain(oldest);
    });
    now += HOUR;
    await store.write([cpu(tags, now, 30)]);
    expect(await partitions('telemetry_raw')).not.toContain(oldest);
    expect(await store.health(tags.organization, 'r1', window)).toMatchObject({ samples: 1 });
  });
});

describe('roles', () => {
  test('app_user and netup_readonly read their organization and write nothing', async () => {
    const tags = tagsOf('r1');
    await store.write([cpu(tags, now, 10), sensor(tags, now, 'fan', { fan_rpm: 1 }), progress(tags, now)]);
    for (const role of ['app_user', 'netup_readonly'] as const) {
      const database = openDatabase(postgres.settings(role));
      const reader = openEmbeddedStore(database, { now: () => now });
      expect((await reader.latest(tags.organization, ['r1'])).get('r1')?.cpuLatest).toBe(10);
      expect(await reader.latest(randomUUID(), ['r1'])).toEqual(new Map());
      const window = { start: now, end: now + 1 };
      expect(await reader.sensors(tags.organization, 'r1', window)).toHaveLength(1);
      expect(await reader.upgradeProgress(tags.organization, 'r1', window, null)).toHaveLength(1);
      await expect(reader.write([cpu(tags, now, 20)])).rejects.toThrow(/permission denied/u);
      const { sql } = database.organization(tags.organization);
      await expect(
        sql`INSERT INTO telemetry_raw (organization_id, router_id, time) VALUES (${tags.organization}, 'x', now())`,
      ).rejects.toThrow(/permission denied/u);
      const [partition = ''] = await partitions('telemetry_raw');
      await expect(sql`SELECT FROM ${sql(partition)}`).rejects.toThrow(/permission denied/u);
      await database.close();
    }
  });

  test('a worker cannot write for another organization', async () => {
    const tags = tagsOf('r1');
    await store.write([cpu(tags, now, 10)]);
    const { sql } = worker.organization(randomUUID());
    await expect(
      sql`INSERT INTO telemetry_raw (organization_id, router_id, time) VALUES (${tags.organization}, 'x', ${new Date(now)})`,
    ).rejects.toThrow(/row-level security/u);
    expect(await sql`SELECT FROM telemetry_raw`).toHaveLength(0);
    expect(await worker.unscoped`SELECT FROM telemetry_raw`).toHaveLength(0);
  });
});
