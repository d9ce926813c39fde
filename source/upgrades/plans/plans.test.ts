import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forgetUpgrades, useDatabase } from '../../../test/support/postgres.ts';
import { writeSteady } from '../../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../../test/support/upgrades.ts';
import type { UpgradePlan } from '../../model/upgrade-plan.ts';
import { type Database, openDatabase } from '../../postgres/database.ts';
import { planOfUpgrade } from '../../postgres/upgrade-plans.ts';
import { type Claim, claimUpgrades, releaseLease } from '../../postgres/upgrade-queue.ts';
import { readUpgradeRun } from '../../postgres/upgrade-run.ts';
import { approveUpgrade, cancelUpgrade } from '../decide.ts';
import { begin } from '../engine/begin.ts';
import { Lease } from '../engine/lease.ts';
import { type Recorder, recordEnd, recordStepFailed } from '../engine/record.ts';
import { requestUpgrades, type UpgradeRequest } from '../request.ts';
import { preflightGate } from '../steps/preflight-gate.ts';
import { settlePlans } from './settle.ts';
import { resumePlan, stopPlan } from './steer-plan.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
const HOSTS = Array.from({ length: 5 }, (_, index) => `wave-${index + 1}`);
let worker: Database;

beforeAll(async () => {
  const { seed, telemetry } = world();
  worker = openDatabase(test.settings('netup_worker'));
  await test.admin`
    INSERT INTO routers (organization_id, id, hostname, mgmt_ip, vendor_id, model_id, current_ver, target_ver)
    SELECT ${seed.acme.id}, h, h, '10.1.1.1', ${seed.vendors.juniper}, ${seed.models.mx}, '21.4R3-S5', '22.4R3-S2'
    FROM unnest(${HOSTS}::text[]) AS h`;
  await writeSteady(telemetry, seed.acme.id, HOSTS);
  return () => worker.close();
});
beforeEach(async () => {
  await forgetUpgrades(test.admin);
  await test.admin`DELETE FROM upgrade_plans`;
});

const RULES = { pauseMinutes: 0, successRate: 50, stopAfter: 2, approveWaves: false } as const;

/** Requests all five in waves of one, two and two, and approves them; the upgrades' ids in the order of the hosts. */
async function planned(change: Partial<UpgradeRequest['plan']> = {}): Promise<readonly string[]> {
  const { services, as, seed } = world();
  const count = (number: number) => ({ kind: 'count', count: number }) as const;
  const plan = { ...RULES, waves: [count(1), count(2), count(2)], ...change };
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(HOSTS, seed.images.mx, { plan }));
  for (const { upgradeId } of upgrades) await approveUpgrade(services, as.ana, upgradeId);
  return upgrades.map(({ upgradeId }) => upgradeId);
}

async function claim(): Promise<readonly Claim[]> {
  return claimUpgrades(worker, randomUUID(), 10, { lease: 60_000, margin: 0 });
}

function recorderOf(one: Claim): Recorder {
  const lease = new Lease(one, Number.POSITIVE_INFINITY);
  return { scope: worker.organization(one.organizationId), lease, workerName: 'worker under test' };
}

/** What a worker does with an upgrade that it claimed, leaving out the device. */
async function carryOut(one: Claim, end: 'success' | 'failed', now = new Date()): Promise<void> {
  const recorder = recorderOf(one);
  expect(await begin(recorder, now)).toBe(true);
  const run = await readUpgradeRun(recorder.scope, one.upgradeId);
  if (run === null) throw new Error('it is gone');
  if (end === 'success') await recordEnd(recorder, run, now);
  else await recordStepFailed(recorder, run, preflightGate, 'It failed.', now);
  await releaseLease(recorder.scope.sql, one, 0);
}

async function carryOutAll(end: 'success' | 'failed'): Promise<readonly string[]> {
  const claims = await claim();
  for (const one of claims) await carryOut(one, end);
  return claims.map(({ upgradeId }) => upgradeId).toSorted();
}

async function planOf(id: string | undefined): Promise<UpgradePlan> {
  const found = await planOfUpgrade(world().scope, id ?? '');
  if (found === null) throw new Error('there is no plan');
  return found;
}

const actions = async (): Promise<readonly string[]> => {
  const rows = await test.admin<{ action: string }[]>`
    SELECT action FROM audit_events WHERE target_type = 'plan'
      AND target_id IN (SELECT id::text FROM upgrade_plans) ORDER BY seq`;
  return rows.map(({ action }) => action);
};

describe('a plan', () => {
  it('opens one wave after the other in the transaction that ends the last upgrade of it, and is done', async () => {
    const [one, two, three, four, five] = await planned();
    expect(await carryOutAll('success')).toEqual([one]);
    expect(await carryOutAll('success')).toEqual([two, three]);
    expect(await carryOutAll('success')).toEqual([four, five]);
    expect(await planOf(one)).toMatchObject({ state: 'done', openWave: 3 });
    expect(await actions()).toEqual(['plan.request', 'plan.wave', 'plan.wave', 'plan.done']);
  });

  it('waits out the pause between waves', async () => {
    const [one, two, three] = await planned({ pauseMinutes: 30 });
    expect(await carryOutAll('success')).toEqual([one]);
    expect(await claim()).toEqual([]);
    await settlePlans(worker, 'worker under test', new Date(Date.now() + 29 * 60_000));
    expect(await claim()).toEqual([]);
    await settlePlans(worker, 'worker under test', new Date(Date.now() + 31 * 60_000));
    expect((await claim()).map(({ upgradeId }) => upgradeId)).toEqual([two, three]);
  });

  it('is stopped by failures at once: what was claimed at that moment is not begun', async () => {
    const ids = await planned({ stopAfter: 1 });
    await carryOutAll('success');
    const [failing, sibling] = await claim();
    if (failing === undefined || sibling === undefined) throw new Error('two are due');
    await carryOut(failing, 'failed');
    expect(await planOf(ids[0])).toMatchObject({ state: 'stopped', reason: '1 upgrade failed.' });
    const recorder = recorderOf(sibling);
    expect(await begin(recorder, new Date())).toBe(false);
    await releaseLease(recorder.scope.sql, sibling, 0);
    expect(await claim()).toEqual([]);
    const [row] = await test.admin<{ status: string }[]>`SELECT status FROM upgrades WHERE id = ${sibling.upgradeId}`;
    expect(row?.status).toBe('approved');
  });

  it('goes on when an approver who did not request it says so, with what failed accepted', async () => {
    const { services, as } = world();
    const [one = ''] = await planned({ stopAfter: 1, successRate: 100 });
    await carryOutAll('failed');
    expect(await claim()).toEqual([]);
    await expect(resumePlan(services, as.ben, one, '')).rejects.toThrow('it needs the role approver');
    await resumePlan(services, as.ana, one, 'known fault');
    expect(await planOf(one)).toMatchObject({ state: 'active', acceptedFailures: 1 });
    await settlePlans(worker, 'worker under test', new Date());
    expect(await carryOutAll('success')).toHaveLength(2);
    await expect(resumePlan(services, as.ana, one, '')).rejects.toThrow('it is active');
    expect(await actions()).toEqual(['plan.request', 'plan.stop', 'plan.resume', 'plan.wave', 'plan.wave']);
  });

  it('takes a chosen time for that of its first wave: the others may begin long after it', async () => {
    const { services, as, seed } = world();
    const request = aRequest(HOSTS.slice(0, 2), seed.images.mx, {
      schedule: { kind: 'at', at: new Date(Date.now() + 3_600_000) },
      plan: {
        ...RULES,
        waves: [
          { kind: 'count', count: 1 },
          { kind: 'count', count: 1 },
        ],
      },
    });
    const { upgrades } = await requestUpgrades(services, as.ben, request);
    for (const { upgradeId } of upgrades) await approveUpgrade(services, as.ana, upgradeId);
    expect(await claim()).toEqual([]);
    await test.admin`UPDATE upgrade_queue SET due_at = now() WHERE due_at IS NOT NULL`;
    await carryOutAll('success');
    await test.admin`UPDATE upgrade_queue SET due_at = now() WHERE due_at IS NOT NULL`;
    const [second] = await claim();
    if (second === undefined) throw new Error('the second wave is due');
    await carryOut(second, 'success', new Date(Date.now() + 9 * 3_600_000));
  });

  it('waits for an approval of each wave where it is to', async () => {
    const { services, as } = world();
    const [one = ''] = await planned({ approveWaves: true });
    await carryOutAll('success');
    expect(await claim()).toEqual([]);
    expect(await planOf(one)).toMatchObject({ state: 'waiting' });
    await resumePlan(services, as.ana, one, '');
    await settlePlans(worker, 'worker under test', new Date());
    expect(await claim()).toHaveLength(2);
  });

  it('is stopped by hand, and an approval given while it is makes nothing due', async () => {
    const { services, as, seed } = world();
    const request = aRequest(HOSTS.slice(0, 2), seed.images.mx, {
      plan: {
        ...RULES,
        waves: [
          { kind: 'count', count: 1 },
          { kind: 'percent', upTo: 100 },
        ],
      },
    });
    const { upgrades } = await requestUpgrades(services, as.ben, request);
    const [one = '', two = ''] = upgrades.map(({ upgradeId }) => upgradeId);
    await expect(stopPlan(services, as.ben, one, ' ')).rejects.toThrow('needs a reason');
    await stopPlan(services, as.ben, one, 'wrong week');
    await approveUpgrade(services, as.ana, one);
    await approveUpgrade(services, as.ana, two);
    expect(await claim()).toEqual([]);
    await resumePlan(services, as.ana, one, '');
    expect((await claim()).map(({ upgradeId }) => upgradeId)).toEqual([one]);
  });

  it('notices what people called off, and does not go on from a wave that showed nothing', async () => {
    const { services, as } = world();
    const [one = ''] = await planned();
    await cancelUpgrade(services, as.ben, one, 'not this one');
    await settlePlans(worker, 'worker under test', new Date());
    expect(await planOf(one)).toMatchObject({
      state: 'stopped',
      reason: 'Nothing of wave 1 was carried out, so it shows nothing for wave 2.',
    });
  });

  it('is not let go on by a worker, nor does an upgrade change its wave', async () => {
    const { services, as, scope } = world();
    const [one = ''] = await planned();
    await stopPlan(services, as.ben, one, 'wrong week');
    const asWorker = worker.organization(scope.organizationId).sql;
    await expect(asWorker`UPDATE upgrade_plans SET state = 'active', reason = NULL`).rejects.toThrow(
      'does not let a plan go on',
    );
    await expect(scope.sql`UPDATE upgrades SET wave = 3 WHERE id = ${one}::bigint`).rejects.toThrow(
      'cannot be changed',
    );
  });

  it('loses no upgrade and no wave when many end, are approved and are looked at at once', async () => {
    const { services, as, seed } = world();
    const request = aRequest(HOSTS, seed.images.mx, {
      plan: {
        ...RULES,
        waves: [
          { kind: 'count', count: 2 },
          { kind: 'count', count: 3 },
        ],
      },
    });
    const { upgrades } = await requestUpgrades(services, as.ben, request);
    const approving = upgrades.map(({ upgradeId }) => approveUpgrade(services, as.ana, upgradeId));
    const done: string[] = [];
    const working = Array.from({ length: 4 }, async () => {
      while (done.length < HOSTS.length) {
        for (const one of await claim()) {
          await carryOut(one, 'success');
          done.push(one.upgradeId);
        }
        await settlePlans(worker, 'worker under test', new Date());
      }
    });
    await Promise.all([...approving, ...working]);
    expect(done.toSorted()).toEqual(upgrades.map(({ upgradeId }) => upgradeId).toSorted());
    expect(await planOf(done[0])).toMatchObject({ state: 'done' });
  });
});

describe('a request', () => {
  it('of one wave has no plan', async () => {
    const [one = ''] = await planned({ waves: [{ kind: 'percent', upTo: 100 }] });
    expect(await planOfUpgrade(world().scope, one)).toBeNull();
    expect(await claim()).toHaveLength(5);
  });

  it('whose waves leave routers out is refused', async () => {
    await expect(planned({ waves: [{ kind: 'count', count: 1 }] })).rejects.toThrow(
      'The waves leave routers out: end them with 100%.',
    );
  });
});
