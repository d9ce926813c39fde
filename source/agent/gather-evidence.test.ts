import type postgres from 'postgres';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { writeSteady } from '../../test/support/steady-telemetry.ts';
import { useUpgradeWorld } from '../../test/support/upgrades.ts';
import { openDatabase, type OrganizationScope } from '../postgres/database.ts';
import { openEmbeddedStore } from '../telemetry/embedded/embedded-store.ts';
import { TelemetryUnavailable, type TelemetryStore } from '../telemetry/store.ts';
import { gatherEvidence, gatherFullEvidence } from './gather-evidence.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
const many = Array.from({ length: 1000 }, (_, index) => `many-${index}`);

beforeAll(async () => {
  const { seed, telemetry } = world();
  await writeSteady(telemetry, seed.acme.id, ['ams-core-01'], { cpu: 91 });
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01']);
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-02'], { minutesSilent: 20 });
  // The same router of another organization: what it sends must not count.
  await writeSteady(telemetry, seed.globex.id, ['fra-leaf-02']);
  await test.admin`
    INSERT INTO routers (organization_id, id, hostname, mgmt_ip, vendor_id, model_id, current_ver)
    SELECT ${seed.acme.id}, n, n, '10.9.0.1', ${seed.vendors.cisco}, ${seed.models.asr}, '17.06.05'
    FROM unnest(${many}::text[]) AS n`;
});

/** Counts what is sent: statements of PostgreSQL (with their fragments), and calls of the telemetry store. */
function counting(): {
  scope: OrganizationScope;
  telemetry: TelemetryStore;
  statements: () => number;
  reads: () => number;
} {
  const { scope, telemetry } = world();
  let statements = 0;
  let reads = 0;
  const sql = new Proxy<postgres.Sql>(scope.sql, {
    apply(target, receiver, parameters) {
      statements += 1;
      return Reflect.apply(target, receiver, parameters);
    },
  });
  const counted = new Proxy(telemetry, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]): unknown => {
        reads += 1;
        return Reflect.apply(value, target, parameters);
      };
    },
  });
  return { scope: { ...scope, sql }, telemetry: counted, statements: () => statements, reads: () => reads };
}

describe('gatherEvidence', () => {
  it('decides each router by its own policy, image and telemetry', async () => {
    const { scope, telemetry, seed } = world();
    const decisions = await gatherEvidence(
      scope,
      telemetry,
      [
        { routerId: 'ams-core-01', imageId: seed.images.asr },
        { routerId: 'ams-edge-01', imageId: seed.images.mx },
        { routerId: 'ams-edge-02', imageId: seed.images.mx },
        { routerId: 'fra-leaf-02', imageId: seed.images.asr },
        { routerId: 'fra-leaf-01', imageId: null },
        { routerId: 'nowhere', imageId: seed.images.asr },
      ],
      new Date(),
    );
    const found = [...decisions].map(([id, { verdict, gates }]) => [
      id,
      verdict,
      ...gates.filter(({ result }) => result !== 'pass').map((gate) => `${gate.id} ${gate.result}`),
    ]);
    expect(found).toEqual([
      ['ams-core-01', 'defer', 'cpu fail'],
      ['ams-edge-01', 'approve'],
      ['ams-edge-02', 'defer', 'freshness fail'],
      ['fra-leaf-02', 'reject', 'cpu unknown', 'memory unknown', 'errors unknown', 'freshness unknown', 'image fail'],
      ['fra-leaf-01', 'defer', 'cpu unknown', 'memory unknown', 'errors unknown', 'freshness unknown', 'image unknown'],
    ]);
  });

  it('tells what the decision was made from', async () => {
    const { scope, telemetry, seed } = world();
    const requests = [{ routerId: 'ams-edge-01', imageId: seed.images.mx }];
    const evidence = (await gatherFullEvidence(scope, telemetry, requests, new Date())).get('ams-edge-01');
    expect(evidence?.router.hostname).toBe('ams-edge-01');
    expect(evidence?.policy).toMatchObject({ id: seed.acme.policies.amsJuniper, window: { weekday: 6 } });
    expect(evidence?.image?.version).toBe('22.4R3-S2');
  });

  it('sends as many queries for 1,000 routers as for nine', async () => {
    const { seed } = world();
    const counts = [];
    for (const ids of [many.slice(0, 9), many]) {
      const counted = counting();
      const requests = ids.map((routerId) => ({ routerId, imageId: seed.images.asr }));
      const decisions = await gatherEvidence(counted.scope, counted.telemetry, requests, new Date());
      expect(decisions.size).toBe(ids.length);
      counts.push([counted.statements(), counted.reads()]);
    }
    expect(counts[1]).toEqual(counts[0]);
    expect(counts[0]?.[1]).toBe(1);
  });

  it('decides nothing without asking: rejects when telemetry cannot be reached', async () => {
    const { scope, seed } = world();
    const nowhere = openDatabase({ ...test.settings('netup_worker'), port: 1 });
    const away = openEmbeddedStore(nowhere);
    const requests = [{ routerId: 'ams-edge-01', imageId: seed.images.mx }];
    await expect(gatherEvidence(scope, away, requests, new Date())).rejects.toBeInstanceOf(TelemetryUnavailable);
    await nowhere.close();
  });
});
