import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startCuttingProxy } from '../../../test/support/cutting-proxy.ts';
import { useDatabase } from '../../../test/support/postgres.ts';
import type { Seed } from '../../../test/support/seed.ts';
import type { Point, PointTags } from '../../model/telemetry.ts';
import { type Database, openDatabase } from '../../postgres/database.ts';
import { TelemetryUnavailable } from '../../telemetry/store.ts';
import { PollFailed, type Poller, type PollTarget, type Reading } from '../poller.ts';
import { DataRouter, type DataRouterOptions } from './data-router.ts';

const test = useDatabase();
const ACTOR = { program: 'collector here/1', source: 'collector', correlationId: 'c' } as const;
const poller: Poller = {
  name: 'snmp',
  parts: ['health', 'facts'],
  poll: () => Promise.reject(new Error('not here')),
  forget: () => undefined,
  close: () => Promise.resolve(),
};
let seed: Seed;
let database: Database;

beforeAll(async () => {
  seed = await test.seed();
  database = openDatabase(test.settings('netup_worker'));
  return () => database.close();
});
beforeEach(async () => {
  await test.admin`DELETE FROM router_health`;
  await test.admin`DELETE FROM collector_quarantine`;
});

function target(routerId = 'ams-core-01', organizationId = seed.acme.id): PollTarget {
  const place = { site: 'ams', vendor: 'Cisco', model: null, address: '192.0.2.1', hostKey: null } as const;
  return { organizationId, routerId, hostname: routerId, snmpPort: 161, sshPort: 22, platform: 'ios-xe', ...place };
}

function tagsOf({ organizationId, routerId }: PollTarget): PointTags {
  return { organization: organizationId, router_id: routerId, vendor: 'Cisco', site: 'ams' };
}

function cpu(of: PollTarget, time: number, usage: number): Point {
  return { measurement: 'cpu', tags: tagsOf(of), time, fields: { usage_percent: usage } };
}

function reading(of: PollTarget, at: number, more: Partial<Reading> = {}): Reading {
  return { at, points: [cpu(of, at, 40)], facts: null, missing: [], ...more };
}

function setUp(options: Partial<DataRouterOptions> = {}) {
  const stored: Point[] = [];
  const said: string[] = [];
  const say = (message: string): void => void said.push(message);
  const router = new DataRouter({
    database,
    telemetry: {
      write: (points) => {
        stored.push(...points);
        return Promise.resolve({ accepted: points.length, refused: {} });
      },
    },
    actor: ACTOR,
    waysTo: () => 1,
    log: { info: say, warn: say, error: (message, error) => say(`${message} ${String(error)}`) },
    writeMs: 20,
    ...options,
  });
  return { router, stored, said };
}

async function healthOf(routerId = 'ams-core-01') {
  const [row] = await test.admin`
    SELECT h.cpu_mean::float8 AS cpu, h.samples, h.failures, h.failure, h.uptime_seconds::int AS uptime, h.missing, h.answered_at,
      h.xmin::text AS version, r.status, r.current_ver, r.serial, r.last_seen_at
    FROM routers AS r LEFT JOIN router_health AS h ON h.organization_id = r.organization_id AND h.router_id = r.id
    WHERE r.organization_id = ${seed.acme.id} AND r.id = ${routerId}`;
  return row;
}

async function audited(): Promise<readonly unknown[]> {
  return test.admin`
    SELECT action, actor_name AS who, source, before, after FROM audit_events WHERE source = 'collector' ORDER BY seq`;
}

describe('the data router', () => {
  it('writes health and the time of the last answer, and the same reading twice changes nothing', async () => {
    const { router, stored } = setUp();
    const of = target();
    const at = Date.now();
    const facts = { version: '17.09.04a', serial: null, uptimeSeconds: 86_400.7 };
    router.read(of, poller, reading(of, at, { facts, missing: ['no temperature'] }));
    await router.stop();
    const first = await healthOf();
    expect(first).toMatchObject({ cpu: 40, samples: 1, failures: 0, uptime: 86_400, missing: ['no temperature'] });
    expect(first?.['last_seen_at']).toEqual(new Date(at));
    expect(stored).toHaveLength(1);
    const reader = openDatabase(test.settings('netup_readonly'));
    onTestFinished(() => reader.close());
    const fresh = await reader.organization(seed.acme.id)
      .sql`SELECT id, cpu_latest::float8 AS cpu FROM fleet_health WHERE fresh`;
    expect(fresh).toEqual([{ id: 'ams-core-01', cpu: 40 }]);
    expect(await reader.organization(seed.globex.id).sql`SELECT FROM fleet_health WHERE fresh`).toHaveLength(0);

    const again = setUp();
    again.router.read(of, poller, reading(of, at, { facts }));
    again.router.read(of, poller, reading(of, at, { facts }));
    await again.router.stop();
    expect(await healthOf()).toEqual(first);
    expect(await audited()).toEqual([]);

    // A collector that has just come, and gets no answer, leaves the figures.
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(at));
    const newcomer = setUp();
    newcomer.router.failed(of, poller, new PollFailed('refused', 'no such user'), 1);
    await newcomer.router.stop();
    const told = { cpu: 40, samples: 1, failures: 1, failure: 'no such user', answered_at: first?.['answered_at'] };
    expect(await healthOf()).toMatchObject(told);
  });

  it('writes a changed version and serial number with an audit row, and another spelling not at all', async () => {
    const { router } = setUp();
    const of = target();
    const facts = (version: string, serial: string) => ({ version, serial, uptimeSeconds: null });
    router.read(of, poller, reading(of, Date.now(), { facts: facts('17.9.4a', 'FOX1') }));
    await router.stop();
    router.read(of, poller, reading(of, Date.now(), { facts: facts('17.12.03', 'FOX1') }));
    await router.stop();
    expect(await healthOf()).toMatchObject({ current_ver: '17.12.03', serial: 'FOX1' });
    const event = { action: 'router.observe', who: ACTOR.program, source: 'collector' };
    expect(await audited()).toEqual([
      { ...event, before: { serial: null }, after: { serial: 'FOX1' } },
      { ...event, before: { current_ver: '17.09.04a' }, after: { current_ver: '17.12.03' } },
    ]);
  });

  it('leaves the version of a router to its upgrade while that runs, and what was read before its end too', async () => {
    const of = target('ams-edge-01');
    const running = async (status: string, finished: string | null): Promise<void> => {
      await test.admin.begin(async (sql) => {
        await sql`SET LOCAL session_replication_role = replica`;
        await sql`DELETE FROM upgrades`;
        await sql`INSERT INTO upgrades (organization_id, router_id, image_id, from_ver, to_ver, schedule_kind, decision, gates, batch_id,
            idempotency_key, requested_by, approved_by, approved_at, closed_at, status, finished_at)
          VALUES (${seed.acme.id}, 'ams-edge-01', ${seed.images.mx}, '1', '2', 'now', 'approve', '[]', gen_random_uuid(),
            gen_random_uuid(), ${seed.ben.id}, ${seed.ana.id}, now(), ${finished === null ? null : sql`now()`}, ${status}, ${finished}::timestamptz)`;
      });
    };
    const tell = async (at: number): Promise<unknown> => {
      const { router } = setUp();
      router.read(of, poller, reading(of, at, { facts: { version: '22.1R1', serial: null, uptimeSeconds: 1 } }));
      await router.stop();
      return (await healthOf('ams-edge-01'))?.['current_ver'];
    };
    const now = Date.now();
    await running('running', null);
    expect(await tell(now)).toBe('21.4R3-S5');
    await running('success', new Date(now).toISOString());
    expect(await tell(now - 5000)).toBe('21.4R3-S5');
    expect(await tell(now + 1000)).toBe('21.4R3-S5');
    await running('success', new Date(now - 3_600_000).toISOString());
    expect(await tell(now + 2000)).toBe('22.1R1');
  });

  it('says that a router is offline when it has been silent, and active when it answers, and leaves what a person said', async () => {
    const { router } = setUp({ offlineAfterMs: 0 });
    const [gone, worked] = [target('ams-edge-02'), target('fra-leaf-01')];
    await test.admin`UPDATE routers SET status = 'maintenance' WHERE organization_id = ${seed.acme.id} AND id = 'fra-leaf-01'`;
    const silent = new PollFailed('silent', 'no answer');
    for (let failures = 1; failures <= 3; failures += 1) {
      for (const of of [gone, worked]) router.failed(of, poller, silent, failures);
      const at = Date.now();
      await router.stop();
      await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(at));
      expect((await healthOf('ams-edge-02'))?.['status']).toBe(failures < 3 ? 'active' : 'offline');
    }
    expect(await healthOf('ams-edge-02')).toMatchObject({ failures: 3, failure: 'no answer', answered_at: null });
    expect((await healthOf('fra-leaf-01'))?.['status']).toBe('maintenance');
    expect(router.silent).toBe(2);
    for (const of of [gone, worked]) router.read(of, poller, reading(of, Date.now()));
    await router.stop();
    expect(await healthOf('ams-edge-02')).toMatchObject({ status: 'active', failures: 0, failure: null });
    expect((await healthOf('fra-leaf-01'))?.['status']).toBe('maintenance');

    // A person said offline: an answer does not change that.
    await test.admin`UPDATE routers SET status = 'offline' WHERE organization_id = ${seed.acme.id} AND id = 'ams-edge-02'`;
    router.read(gone, poller, reading(gone, Date.now()));
    await router.stop();
    expect((await healthOf('ams-edge-02'))?.['status']).toBe('offline');
  });

  it('takes the silence of most routers for its own fault', async () => {
    const { router, said } = setUp({ offlineAfterMs: 0 });
    const all = Array.from({ length: 30 }, (_, n) => target(n === 0 ? 'fra-leaf-02' : `ghost-${n}`));
    for (const of of all) router.put(of, false);
    for (const of of all) router.failed(of, poller, new PollFailed('silent', 'no answer'), 2);
    for (const of of all) router.failed(of, poller, new PollFailed('silent', 'no answer'), 3);
    await router.stop();
    expect((await healthOf('fra-leaf-02'))?.['status']).toBe('active');
    expect(said.filter((line) => line.startsWith('30 of 30 routers do not answer'))).toHaveLength(1);
  });

  it('puts what cannot be true into quarantine, counted, and the rest where it belongs', async () => {
    const { router, stored } = setUp();
    const of = target();
    const at = Date.now();
    const foreign = { ...cpu(of, at, 1), tags: { ...tagsOf(of), organization: seed.globex.id } };
    const other = { ...cpu(of, at, 1), tags: { ...tagsOf(of), router_id: 'ams-edge-01' } };
    const points = [cpu(of, at, 40), cpu(of, at, 140), cpu(of, at, 150), foreign, other];
    const facts = { version: 'bell\u0007', serial: 'FOX1', uptimeSeconds: -5 };
    router.read(of, poller, reading(of, at, { points, facts }));
    const stranger = target('nobody-01');
    router.read(stranger, poller, reading(stranger, at));
    await router.stop();
    await router.stop();
    expect(stored.map(({ tags }) => tags.router_id)).toEqual(['ams-core-01', 'nobody-01']);
    expect(router.takeCounts().doubts).toBe(6);
    const rows = await test.admin`
      SELECT router_id AS router, reason, field, count::int FROM collector_quarantine WHERE organization_id = ${seed.acme.id}
      ORDER BY router_id, reason, field`;
    expect(rows.map(({ router: id, reason, field, count }) => [id, reason, field, count])).toEqual([
      ['ams-core-01', 'impossible value', 'uptime', 1],
      ['ams-core-01', 'impossible value', 'version', 1],
      ['ams-core-01', 'percentage outside 0-100', 'cpu', 2],
      ['ams-core-01', 'tag of another organization', 'cpu', 1],
      ['ams-core-01', 'tag of another router', 'cpu', 1],
      ['nobody-01', 'no such router in the inventory', '', 1],
    ]);
    expect(await healthOf()).toMatchObject({ current_ver: '17.12.03', cpu: 40 });
    // The other organization sees nothing of it.
    expect(await database.organization(seed.globex.id).sql`SELECT FROM collector_quarantine`).toHaveLength(0);
    expect(await database.organization(seed.globex.id).sql`SELECT FROM router_health`).toHaveLength(0);
  });

  it('keeps only so much in quarantine, whatever comes', async () => {
    const { router } = setUp();
    const at = Date.now();
    for (let n = 0; n < 1500; n += 1) {
      const of = target(`ghost-${n}`);
      router.read(of, poller, reading(of, at, { points: [cpu(of, at, 200)] }));
    }
    await router.stop();
    await router.stop();
    const [row] = await test.admin`
      SELECT count(*)::int AS entries, sum(count) FILTER (WHERE router_id = '')::int AS others FROM collector_quarantine`;
    expect(row?.['entries']).toBeLessThanOrEqual(1000);
    expect(Number(row?.['others'])).toBeGreaterThanOrEqual(1000);
  });

  it('goes on while PostgreSQL is away, and writes the newest of each router when it is back', async () => {
    const proxy = await startCuttingProxy(test.settings('netup_worker'));
    onTestFinished(() => proxy.stop());
    const away = openDatabase({ ...test.settings('netup_worker'), host: '127.0.0.1', port: proxy.port });
    onTestFinished(() => away.close());
    const { router, stored } = setUp({ database: away });
    onTestFinished(() => router.stop());
    await proxy.cut();
    router.start();
    const of = target();
    const start = Date.now() - 60_000;
    for (let n = 0; n < 100; n += 1) {
      const facts = { version: n < 50 ? '17.12.04' : '17.12.05', serial: null, uptimeSeconds: n };
      router.read(of, poller, reading(of, start + n, { facts, points: [cpu(of, start + n, n)] }));
    }
    await vi.waitFor(() => expect(stored).toHaveLength(100), { timeout: 5000 });
    expect(router.waiting.routers).toBeLessThanOrEqual(1);
    expect(await healthOf()).toMatchObject({ samples: null, current_ver: '17.12.03' });
    await proxy.mend();
    await vi.waitFor(
      async () => expect(await healthOf()).toMatchObject({ samples: 100, current_ver: '17.12.05', uptime: 99 }),
      {
        timeout: 15_000,
      },
    );
  });

  it('holds points while the telemetry store does not take them, tells of it once, and hands them over in order', async () => {
    const stored: number[] = [];
    let isAway = true;
    const write: DataRouterOptions['telemetry']['write'] = (points) => {
      if (isAway) return Promise.reject(new TelemetryUnavailable('The store is away.'));
      stored.push(...points.map(({ time }) => time));
      return Promise.resolve({ accepted: points.length, refused: {} });
    };
    const { router, said } = setUp({ telemetry: { write } });
    const of = target();
    const start = Date.now() - 60_000;
    router.read(of, poller, reading(of, start));
    await vi.waitFor(() => expect(said).toHaveLength(1), { timeout: 5000 });
    for (let n = 1; n < 10; n += 1) router.read(of, poller, reading(of, start + n));
    isAway = false;
    await vi.waitFor(() => expect(stored).toHaveLength(10), { timeout: 10_000 });
    expect(stored).toEqual(Array.from({ length: 10 }, (_, n) => start + n));
    expect(said).toEqual([
      'The store is away. Points wait until it is back.',
      'The telemetry store takes points again.',
    ]);
    await router.stop();
  });
});
