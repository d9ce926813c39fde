import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Change, type Database, openDatabase } from '../source/postgres/database.ts';
import { claimUpgrades, releaseLease, renewClaims } from '../source/postgres/upgrade-queue.ts';
import { writeChecks } from '../source/postgres/upgrade-run-writes.ts';
import { announceWorker, dismissWorker } from '../source/postgres/workers.ts';
import { approveUpgrade } from '../source/upgrades/decide.ts';
import { stopPlan } from '../source/upgrades/plans/steer-plan.ts';
import { requestUpgrades } from '../source/upgrades/request.ts';
import { forgetUpgrades, useDatabase } from './support/postgres.ts';
import { writeSteady } from './support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from './support/upgrades.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const TERMS = { lease: 60_000, margin: 0 };
/** What consoles hear of more than rows that were told of before. */
const heard: Change[] = [];
let worker: Database;

beforeAll(async () => {
  const { seed, database, telemetry } = world();
  worker = openDatabase(support.settings('netup_worker'));
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01', 'ams-edge-02', 'ams-core-01']);
  const stop = await database.listen(
    seed.acme.id,
    (change) => void (/^upgrades|^upgrade_steps|^audit/u.test(change.table) || heard.push(change)),
    () => undefined,
  );
  return async () => {
    await stop();
    await worker.close();
  };
});

beforeEach(async () => {
  await forgetUpgrades(support.admin);
  await told();
});

/** What was told of all that was done before. */
async function told(): Promise<readonly Change[]> {
  const marker = randomUUID();
  await support.admin`SELECT pg_notify(${`netup_${world().seed.acme.id.replaceAll('-', '')}`},
    ${JSON.stringify({ t: 'routers', ids: [marker] })})`;
  await vi.waitFor(() => expect(heard.at(-1)?.ids).toEqual([marker]));
  return heard.splice(0).slice(0, -1);
}

async function requested(hosts: readonly string[], plan = {}): Promise<readonly string[]> {
  const { services, as, seed } = world();
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(hosts, seed.images.mx, plan));
  return upgrades.map(({ upgradeId }) => upgradeId);
}

test('who has an upgrade is told once for all that a worker takes, and not at every renewal', async () => {
  const { services, as, seed } = world();
  await support.admin`
    INSERT INTO upgrade_limits (organization_id, per_site) VALUES (${seed.acme.id}, 5) ON CONFLICT DO NOTHING`;
  for (const id of await requested(['ams-edge-01', 'ams-edge-02'])) await approveUpgrade(services, as.ana, id);
  expect(await told()).toEqual([{ table: 'upgrade_limits', ids: [seed.acme.id] }]);
  const claims = await claimUpgrades(worker, randomUUID(), 10, TERMS);
  expect(claims).toHaveLength(2);
  await renewClaims(worker, claims, TERMS);
  await renewClaims(worker, claims, TERMS);
  expect(await told()).toEqual([{ table: 'upgrade_queue', ids: null }]);
  const [claim] = claims;
  if (claim === undefined) throw new Error('there is a claim');
  const check = { name: 'BGP', expected: 'up', actual: 'up', status: 'pass', action: '' } as const;
  await writeChecks(worker.organization(seed.acme.id).sql, claim, 'pre', [check]);
  expect(await told()).toEqual([{ table: 'upgrade_checks', ids: [claim.upgradeId] }]);
  await releaseLease(worker.organization(seed.acme.id).sql, claim, 0);
  expect(await told()).toEqual([{ table: 'upgrade_queue', ids: null }]);
});

test('a worker is told of when it comes and when it goes, and not when it says that it is there', async () => {
  const presence = { id: randomUUID(), host: 'noc', pid: 1, programVersion: '0', slots: 2 };
  const announce = (busy: number): Promise<void> => announceWorker(worker, presence, { busy, clockAhead: null });
  await announce(0);
  await announce(1);
  await announce(1);
  await dismissWorker(worker, presence.id);
  expect(await told()).toEqual([
    { table: 'workers', ids: null },
    { table: 'workers', ids: null },
  ]);
});

test('plans and blackouts are told of, and nothing to other organizations', async () => {
  const { services, as, seed, database } = world();
  const others: Change[] = [];
  const stop = await database.listen(
    seed.globex.id,
    (change) => void others.push(change),
    () => undefined,
  );
  const waves = [1, 1].map((count) => ({ kind: 'count', count }) as const);
  const rules = { pauseMinutes: 0, successRate: 100, stopAfter: 1, approveWaves: false };
  const [id = ''] = await requested(['ams-edge-01', 'ams-edge-02'], { plan: { ...rules, waves } });
  const [plan] = await support.admin<{ id: string }[]>`SELECT batch_id AS id FROM upgrades WHERE id = ${id}`;
  const planned = { table: 'upgrade_plans', ids: [plan?.id ?? ''] } as const;
  expect(await told()).toEqual([planned]);
  await stopPlan(services, as.ben, id, 'wrong week');
  expect(await told()).toEqual([planned]);
  const [blackout] = await support.admin<{ id: string }[]>`
    INSERT INTO blackouts (organization_id, site_id, starts_at, ends_at, reason, created_by)
    VALUES (${seed.acme.id}, NULL, now(), now() + interval '1 hour', 'holidays', ${seed.ana.id}) RETURNING id::text`;
  await support.admin`DELETE FROM blackouts`;
  const black = { table: 'blackouts', ids: [blackout?.id ?? ''] } as const;
  expect(await told()).toEqual([black, black]);
  expect(others).toEqual([]);
  await stop();
});
