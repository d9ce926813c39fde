import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { useOperatorConsoles } from '../../../test/support/operator-console.ts';
import { servicesForTest } from '../../../test/support/console.ts';
import { aRouter } from '../../../test/support/model-examples.ts';
import { useDatabase } from '../../../test/support/postgres.ts';
import { writeSteady } from '../../../test/support/steady-telemetry.ts';
import { useUpgradeWorld } from '../../../test/support/upgrades.ts';
import type { TelemetryStore } from '../../telemetry/store.ts';
import { fleetOf } from './fleet.ts';
import { keepVisibleSeries } from './visible-series.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
let stop = new AbortController();

afterEach(() => {
  stop.abort();
  stop = new AbortController();
});

/** The real store, noting what is asked of it. */
function counting(store: TelemetryStore): { readonly store: TelemetryStore; readonly asked: (readonly string[])[] } {
  const asked: (readonly string[])[] = [];
  return {
    asked,
    store: {
      kind: store.kind,
      address: store.address,
      write: (points) => store.write(points),
      flush: () => store.flush(),
      latest: (...query) => store.latest(...query),
      history: (...query) => store.history(...query),
      series(...query) {
        asked.push(query[1]);
        return store.series(...query);
      },
      health: (...query) => store.health(...query),
      fleetHealth: (...query) => store.fleetHealth(...query),
      coverage: (...query) => store.coverage(...query),
      interfaces: (...query) => store.interfaces(...query),
      sensors: (...query) => store.sensors(...query),
      upgradeProgress: (...query) => store.upgradeProgress(...query),
      validations: (...query) => store.validations(...query),
      ping: () => store.ping(),
      close: () => store.close(),
    },
  };
}

describe('the CPU series of the rows in sight', () => {
  beforeAll(async () => {
    const { telemetry, seed } = world();
    await support.admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver)
      SELECT ${seed.acme.id}, 'many-' || n, 'many-' || n, '10.1.0.1', '1.0' FROM generate_series(100, 199) AS n`;
    const ids = Array.from({ length: 100 }, (_, index) => `many-${100 + index}`);
    await writeSteady(telemetry, seed.acme.id, ids, { cpu: 50 });
  });

  it('are asked for in one query for all of them, and for no others', async () => {
    const { store, asked } = counting(world().telemetry);
    const terminal = start({ columns: 80, rows: 24, context: { telemetry: store } });
    await terminal.waitFor('106 routers · ');
    await vi.waitFor(() => expect(asked.at(-1)).toHaveLength(19));
    const before = asked.length;
    await terminal.press('G');
    await terminal.waitFor(/many-199 .*[▄▅]{4}/u);
    expect(asked.length - before).toBe(1);
    expect(asked.at(-1)).toEqual(Array.from({ length: 19 }, (_, index) => `many-${181 + index}`));
  });

  it('are not asked for again and again while somebody holds a key down', async () => {
    const { store, asked } = counting(world().telemetry);
    const terminal = start({ columns: 80, rows: 24, context: { telemetry: store } });
    await terminal.waitFor('106 routers · ');
    await vi.waitFor(() => expect(asked.at(-1)).toHaveLength(19));
    const before = asked.length;
    await terminal.type('j'.repeat(90));
    await terminal.waitFor('91 of 106');
    await terminal.waitFor(/many-184 .*[▄▅]{4}/u);
    // The rows in sight changed 72 times.
    expect(asked.length - before).toBeLessThan(5);
  });
});

it('do not get into another organization’s row of the same id', async () => {
  const { seed, database, telemetry } = world();
  const answer = Promise.withResolvers<Awaited<ReturnType<TelemetryStore['series']>>>();
  const { store, asked } = counting(telemetry);
  const memberships = [seed.acme, seed.globex].map(({ id, slug }) => {
    return { organizationId: id, slug, organizationName: slug, role: 'viewer' as const };
  });
  const services = servicesForTest({
    database,
    telemetry: {
      ...store,
      series: (...query) => {
        asked.push(query[1]);
        return answer.promise;
      },
    },
    memberships,
    initialOrganizationId: seed.acme.id,
  });
  const aRow = { router: aRouter(), health: null, readiness: null, policyName: null, cpu: null };
  fleetOf(services).rows.upsert([aRow]);
  const done = keepVisibleSeries(services, stop.signal, () => ['ams-core-01']);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  services.switchOrganization(seed.globex.id);
  fleetOf(services).rows.upsert([aRow]);
  stop.abort();
  answer.resolve(new Map([['ams-core-01', { start: 0, stepMs: 1, values: [91] }]]));
  await done;
  expect(fleetOf(services).rows.get('ams-core-01')?.cpu).toBeNull();
});
