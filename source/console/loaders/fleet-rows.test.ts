import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { servicesForTest } from '../../../test/support/console.ts';
import { useDatabase } from '../../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../../test/support/upgrades.ts';
import type { Change, Database } from '../../postgres/database.ts';
import { writeRouterHealth } from '../../postgres/router-health.ts';
import type { ConsoleServices } from '../services.ts';
import { collectedHealth } from './collected-health.ts';
import { fleetHealth } from './fleet-health.ts';
import { fleetOf, fleetProgressSlice } from './fleet.ts';
import { fleetRows } from './fleet-rows.ts';
import { liveChanges, liveSlice } from './live-changes.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
let stop = new AbortController();
let running: readonly Promise<void>[] = [];

beforeEach(() => {
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await Promise.all(running);
  await support.admin`DELETE FROM routers WHERE id LIKE 'new-%'`;
});

/** Services whose loaders run, with what the database is made to say in place of notifications. */
async function load(loaders = [liveChanges, fleetRows]): Promise<{
  readonly services: ConsoleServices;
  readonly tell: (change: Change) => void;
}> {
  const { seed, database, telemetry } = world();
  let tell: (change: Change) => void = () => undefined;
  const listening: Database = {
    address: database.address,
    user: database.user,
    unscoped: database.unscoped,
    organization: (id) => database.organization(id),
    transaction: (work, options) => database.transaction(work, options),
    ping: () => database.ping(),
    close: () => database.close(),
    listenToQueue: () => Promise.resolve(() => Promise.resolve()),
    listenToFleets: () => Promise.resolve(() => Promise.resolve()),
    listen(_, onChange, onState) {
      tell = onChange;
      onState('listening');
      return Promise.resolve(() => Promise.resolve());
    },
  };
  const memberships = [seed.acme, seed.globex].map(({ id, slug }) => {
    return { organizationId: id, slug, organizationName: slug, role: 'approver' as const };
  });
  const services = servicesForTest({
    database: listening,
    telemetry,
    memberships,
    initialOrganizationId: seed.acme.id,
    now: () => new Date(),
  });
  const { signal } = stop;
  running = loaders.map(async (loader) => loader.start(services, signal));
  await vi.waitFor(() => expect(services.store.get(fleetProgressSlice).loading).toBe(false));
  expect(services.store.get(liveSlice)).toBe('live');
  return { services, tell: (change) => tell(change) };
}

async function add(id: string): Promise<void> {
  const { seed } = world();
  await support.admin`
    INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver)
    VALUES (${seed.acme.id}, ${id}, ${id}, '10.0.9.9', '1.0')`;
}

describe('the rows of the fleet', () => {
  it('are those of the organization, with their policies', async () => {
    const { services } = await load();
    const { rows, policies } = fleetOf(services);
    expect([...rows.shown()].map(({ router }) => router.hostname)).toEqual([...world().seed.acme.routers]);
    expect(rows.get('ams-core-01')?.policyName).toBe('core, Cisco, careful');
    expect(policies?.size).toBe(4);
    expect(services.store.get(fleetProgressSlice).inventoryAt).not.toBeNull();
  });

  it('follow a change of named routers by reading these alone', async () => {
    const { services, tell } = await load();
    const { rows } = fleetOf(services);
    const untouched = rows.get('ams-core-01');
    await add('new-01');
    await add('new-02');
    tell({ table: 'routers', ids: ['new-01'] });
    await vi.waitFor(() => expect(rows.get('new-01')).toBeDefined());
    expect(rows.get('new-02')).toBeUndefined();
    expect(rows.get('ams-core-01')).toBe(untouched);
  });

  it('drop a router that is deleted', async () => {
    await add('new-01');
    const { services, tell } = await load();
    const { rows } = fleetOf(services);
    expect(rows.size).toBe(7);
    await support.admin`DELETE FROM routers WHERE id = 'new-01'`;
    tell({ table: 'routers', ids: ['new-01'] });
    await vi.waitFor(() => expect(rows.size).toBe(6));
    expect(rows.get('new-01')).toBeUndefined();
  });

  it.each<[string, Change]>([
    ['many routers', { table: 'routers', ids: null }],
    ['many upgrades', { table: 'upgrades', ids: null }],
    ['policies', { table: 'upgrade_policies', ids: null }],
    ['anything after a gap', { table: '*', ids: null }],
  ])('are all read again after a change of %s', async (_, change) => {
    await add('new-01');
    const { services, tell } = await load();
    const { rows } = fleetOf(services);
    await support.admin`DELETE FROM routers WHERE id = 'new-01'`;
    await add('new-02');
    tell(change);
    await vi.waitFor(() => expect(rows.get('new-01')).toBeUndefined());
    expect(rows.get('new-02')).toBeDefined();
  });

  it('take in a change that comes while they are read', async () => {
    const { services, tell } = await load();
    const { rows } = fleetOf(services);
    tell({ table: '*', ids: null });
    await add('new-01');
    tell({ table: 'routers', ids: ['new-01'] });
    await vi.waitFor(() => expect(rows.get('new-01')).toBeDefined());
  });

  it('do not mind changes of what they do not show, and upgrades that do not exist', async () => {
    const { services, tell } = await load();
    const { rows } = fleetOf(services);
    const { version } = rows;
    tell({ table: 'audit_events', ids: null });
    tell({ table: 'upgrade_steps', ids: null });
    tell({ table: 'upgrades', ids: ['999999', randomUUID()] });
    await add('new-01');
    tell({ table: 'routers', ids: ['new-01'] });
    await vi.waitFor(() => expect(rows.get('new-01')).toBeDefined());
    expect(rows.version).toBe(version + 1);
  });

  it('never reach the organization that is shown by the time they come', async () => {
    const { services, tell } = await load();
    const { seed } = world();
    await add('new-01');
    tell({ table: 'routers', ids: ['new-01'] });
    tell({ table: 'upgrades', ids: ['1'] });
    services.switchOrganization(seed.globex.id);
    const { rows } = fleetOf(services);
    stop.abort();
    await Promise.all(running);
    expect(rows.size).toBe(0);
    expect(services.store.get(fleetProgressSlice)).toMatchObject({ loading: true, inventoryAt: null, healthAt: null });
  });
});

describe('health', () => {
  it('waits for the routers, which the database would else read more slowly', async () => {
    const { services } = await load();
    const loading = (now: boolean): void =>
      services.store.update(fleetProgressSlice, (progress) => ({ ...progress, loading: now }));
    loading(true);
    const asked = vi.spyOn(services.context.telemetry, 'fleetHealth');
    running = [...running, Promise.resolve(fleetHealth.start(services, stop.signal))];
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).not.toHaveBeenCalled();
    loading(false);
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
  });

  it('is read for all rows, and what is silent is known to be', async () => {
    const { services } = await load([liveChanges, fleetRows, fleetHealth]);
    await vi.waitFor(() => expect(services.store.get(fleetProgressSlice).healthAt).not.toBeNull());
    await vi.waitFor(() => {
      expect(fleetOf(services).rows.get('ams-core-01')?.readiness).toEqual({ state: 'stale', reason: 'no data' });
    });
  });

  it('is what collectors wrote until telemetry answers, and nothing is judged by it', async () => {
    const { seed } = world();
    const now = Date.now();
    const nothing = { missing: [], uptimeSeconds: null, failures: 0, failedAt: null, failure: null };
    const read = { cpuMean: 81, cpuLatest: 93, memoryMinFree: 40, memoryLatestFree: 41, samples: 9, ...nothing };
    const row = { ...read, criticalErrors: 0, polledAt: now, answeredAt: now, newestAt: now - 1000 };
    const rows = [
      { ...row, routerId: 'ams-core-01', summaryFrom: now - 60_000 },
      { ...row, routerId: 'ams-edge-01', summaryFrom: now - 7_100_000 },
      { ...row, routerId: 'ams-edge-02', summaryFrom: now - 7_100_000, newestAt: now - 3_600_000 },
    ];
    await support.admin.begin((sql) =>
      sql`SELECT set_config('app.current_org_id', ${seed.acme.id}, true)`.then(() =>
        writeRouterHealth(sql, 'test', rows),
      ),
    );
    onTestFinished(() => support.admin`DELETE FROM router_health`.then(() => undefined));
    const { services } = await load();
    const answer = Promise.withResolvers<never>();
    vi.spyOn(services.context.telemetry, 'fleetHealth').mockReturnValueOnce(answer.promise);
    const done = [fleetHealth, collectedHealth].map((loader) => loader.start(services, stop.signal));
    running = [...running, ...done.map(async (one) => one)];
    const fleet = fleetOf(services);
    await vi.waitFor(() => expect(fleet.rows.get('ams-core-01')?.health).toMatchObject({ cpuLatest: 93 }));
    expect(fleet.rows.get('ams-core-01')).toMatchObject({ readiness: null, health: { criticalErrors: null } });
    expect(fleet.rows.get('ams-edge-01')?.health?.criticalErrors).toBe(0);
    expect(fleet.rows.get('ams-edge-02')?.health).toBeNull();
    expect(services.store.get(fleetProgressSlice).collectedAt).toBeDefined();
    answer.reject(new Error('gone'));
    await vi.waitFor(() => expect(fleet.rows.get('ams-core-01')?.readiness?.state).toBe('stale'));
    expect(fleet.rows.get('ams-core-01')?.health?.cpuLatest).toBe(93);
    await vi.waitFor(() => expect(services.store.get(fleetProgressSlice).healthAt).not.toBeNull(), 10_000);
    await vi.waitFor(() => expect(fleet.rows.get('ams-core-01')?.health).toBeNull());
    expect(services.store.get(fleetProgressSlice).collectedAt).toBeUndefined();
  });

  it('that cannot be read does not leave another organization without any', async () => {
    const { seed } = world();
    const answer = Promise.withResolvers<never>();
    const { services } = await load();
    const asked = vi.spyOn(services.context.telemetry, 'fleetHealth').mockReturnValueOnce(answer.promise);
    const done = fleetHealth.start(services, stop.signal);
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    services.switchOrganization(seed.globex.id);
    stop.abort();
    answer.reject(new Error('gone'));
    await done;
    expect(fleetOf(services).health).toBeNull();
    expect(services.store.get(fleetProgressSlice).healthFailed).toBe(false);
  });
});
