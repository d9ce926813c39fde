import type postgres from 'postgres';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { writeSteady } from '../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../test/support/upgrades.ts';
import { addBlackout, removeBlackout } from '../postgres/blackouts.ts';
import { openDatabase, type OrganizationScope } from '../postgres/database.ts';
import { openEmbeddedStore } from '../telemetry/embedded/embedded-store.ts';
import { TelemetryUnavailable, type TelemetryStore } from '../telemetry/store.ts';
import { requestUpgrades } from '../upgrades/request.ts';
import { directSource } from './direct-source.ts';
import { gatherEvidence, gatherFullEvidence, type StartToJudge } from './gather-evidence.ts';

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
    INSERT INTO routers (organization_id, id, hostname, mgmt_ip, vendor_id, model_id, current_ver, redundancy_group)
    SELECT ${seed.acme.id}, n, n, '10.9.0.1', ${seed.vendors.cisco}, ${seed.models.asr}, '17.06.05', 'pair-' || (place + 1) / 2
    FROM unnest(${many}::text[]) WITH ORDINALITY AS n (n, place)`;
});

/** 01:00 UTC of the next Saturday that is at least a day ahead. */
function nextSaturday(): Date {
  const day = new Date(Date.now() + 86_400_000);
  day.setUTCHours(1, 0, 0, 0);
  while (day.getUTCDay() !== 6 || day.getTime() < Date.now() + 86_400_000) day.setUTCDate(day.getUTCDate() + 1);
  return day;
}

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
      directSource(scope, telemetry),
      [
        { routerId: 'ams-core-01', imageId: seed.images.asr },
        { routerId: 'ams-edge-01', imageId: seed.images.mx },
        { routerId: 'ams-edge-02', imageId: seed.images.mx },
        { routerId: 'fra-leaf-02', imageId: seed.images.asr },
        { routerId: 'fra-leaf-01', imageId: null },
        { routerId: 'nowhere', imageId: seed.images.asr },
      ],
      { now: new Date() },
    );
    const found = [...decisions].map(([id, { verdict, gates }]) => [
      id,
      verdict,
      ...gates.filter(({ result }) => result !== 'pass').map((gate) => `${gate.id} ${gate.result}`),
    ]);
    const silent = ['cpu', 'memory', 'errors', 'freshness', 'coverage'].map((id) => `${id} unknown`);
    expect(found).toEqual([
      ['ams-core-01', 'defer', 'cpu fail'],
      ['ams-edge-01', 'approve'],
      ['ams-edge-02', 'defer', 'freshness fail'],
      ['fra-leaf-02', 'reject', ...silent, 'image fail'],
      ['fra-leaf-01', 'defer', ...silent, 'image unknown'],
    ]);
  });

  it('tells what the decision was made from', async () => {
    const { scope, telemetry, seed } = world();
    const requests = [{ routerId: 'ams-edge-01', imageId: seed.images.mx }];
    const source = directSource(scope, telemetry);
    const evidence = (await gatherFullEvidence(source, requests, { now: new Date() })).get('ams-edge-01');
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
      const decisions = await gatherEvidence(directSource(counted.scope, counted.telemetry), requests, {
        now: new Date(),
      });
      expect(decisions.size).toBe(ids.length);
      counts.push([counted.statements(), counted.reads()]);
    }
    expect(counts[1]).toEqual(counts[0]);
    expect(counts[0]?.[1]).toBe(2);
  });

  it('judges what belongs to a start for that start, by each router its own policy', async () => {
    const { scope, telemetry, seed } = world();
    const requests = [{ routerId: 'ams-edge-01', imageId: seed.images.mx }];
    // The window of its policy is open on Saturday from 01:00 to 05:00 in Amsterdam.
    const judge = async (start: StartToJudge, byPerson = false): Promise<readonly string[]> => {
      const judging = { now: new Date(), start, byPerson };
      const found = (await gatherEvidence(directSource(scope, telemetry), requests, judging)).get('ams-edge-01');
      expect(found?.gates).toHaveLength(12);
      return [
        found?.verdict ?? '',
        ...(found?.gates ?? []).filter(({ result }) => result !== 'pass').map(({ id }) => id),
      ];
    };
    const saturday = nextSaturday();
    const sunday = new Date(saturday.getTime() + 86_400_000);
    expect(await judge({ choice: { kind: 'window' } })).toEqual(['approve']);
    expect(await judge({ choice: { kind: 'at', at: saturday } })).toEqual(['approve']);
    expect(await judge({ choice: { kind: 'at', at: sunday } })).toEqual(['defer', 'window']);
    expect(await judge({ choice: { kind: 'at', at: sunday } }, true)).toEqual(['approve']);
    const reason = 'holidays';
    const blackoutId = await addBlackout(scope, world().as.ada, { site: 'ams', from: saturday, to: sunday, reason });
    expect(await judge({ choice: { kind: 'at', at: saturday } })).toEqual(['defer', 'blackout']);
    expect(await judge({ schedule: { kind: 'at', at: sunday } }, true)).toEqual(['approve']);
    await removeBlackout(scope, world().as.ada, blackoutId);
  });

  it('looks at the redundancy group, at past failures and at other upgrades', async () => {
    const { scope, telemetry, seed } = world();
    const requests = [{ routerId: 'ams-edge-01', imageId: seed.images.mx }];
    const notPassed = async (change: { upgradeId?: string } = {}): Promise<readonly string[]> => {
      const asked = requests.map((request) => ({ ...request, ...change }));
      const [decision] = (await gatherEvidence(directSource(scope, telemetry), asked, { now: new Date() })).values();
      return (decision?.gates ?? []).filter(({ result }) => result !== 'pass').map(({ actual }) => actual);
    };
    expect(await notPassed()).toEqual([]);
    const groupOf = (group: string | null) => test.admin`
      UPDATE routers SET redundancy_group = ${group}
      WHERE organization_id = ${seed.acme.id} AND id IN ('ams-edge-01', 'ams-edge-02')`;
    await groupOf('edge');
    expect(await notPassed()).toEqual(['ams-edge-02 is silent']);
    await groupOf(null);
    const request = aRequest(['ams-edge-01'], seed.images.mx);
    const { upgrades } = await requestUpgrades(world().services, world().as.ben, request);
    const upgradeId = upgrades[0]?.upgradeId ?? '';
    expect(await notPassed()).toEqual([`upgrade ${upgradeId} is pending`]);
    expect(await notPassed({ upgradeId })).toEqual([]);
    const setStatus = (status: string) =>
      test.admin.begin(async (sql) => {
        await sql`ALTER TABLE upgrades DISABLE TRIGGER upgrades_guard`;
        await sql`UPDATE upgrades SET status = ${status}, finished_at = now() WHERE id = ${upgradeId}`;
        await sql`ALTER TABLE upgrades ENABLE TRIGGER upgrades_guard`;
      });
    await setStatus('failed');
    expect(await notPassed()).toEqual([
      expect.stringMatching(new RegExp(`^upgrade ${upgradeId} failed \\d+ s ago$`, 'u')),
    ]);
    expect(await notPassed({ upgradeId })).toEqual([]);
    await setStatus('cancelled');
    expect(await notPassed()).toEqual([]);
  });

  it('decides nothing without asking: rejects when telemetry cannot be reached', async () => {
    const { scope, seed } = world();
    const nowhere = openDatabase({ ...test.settings('netup_worker'), port: 1 });
    const away = openEmbeddedStore(nowhere);
    const requests = [{ routerId: 'ams-edge-01', imageId: seed.images.mx }];
    await expect(gatherEvidence(directSource(scope, away), requests, { now: new Date() })).rejects.toBeInstanceOf(
      TelemetryUnavailable,
    );
    await nowhere.close();
  });
});
