import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keysOf, newKey } from '../../../test/support/encryption-keys.ts';
import { forgetUpgrades, useDatabase } from '../../../test/support/postgres.ts';
import { writeSteady } from '../../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../../test/support/upgrades.ts';
import { PLAN_EVENTS, WEBHOOK_EVENTS } from '../../model/webhook.ts';
import { type Database, openDatabase } from '../../postgres/database.ts';
import { type Claim, claimUpgrades, releaseLease } from '../../postgres/upgrade-queue.ts';
import { readUpgradeRun } from '../../postgres/upgrade-run.ts';
import { addRollback } from '../../postgres/upgrade-run-writes.ts';
import { claimDeliveries, expireDeliveries } from '../../postgres/webhook-deliveries.ts';
import { readMessage } from '../../postgres/webhook-message.ts';
import { addWebhook, removeWebhook, switchWebhook } from '../../postgres/webhooks.ts';
import { approveUpgrade, breakGlass, cancelUpgrade, rejectUpgrade } from '../decide.ts';
import { begin } from '../engine/begin.ts';
import { Lease } from '../engine/lease.ts';
import { type Recorder, recordEnd, recordHeld, recordStepFailed, recordWanted } from '../engine/record.ts';
import { resumePlan, stopPlan } from '../plans/steer-plan.ts';
import { settlePlans } from '../plans/settle.ts';
import { requestUpgrades, type UpgradeRequest } from '../request.ts';
import { pauseUpgrade, resumeUpgrade, retryUpgrade } from '../steer.ts';
import { preflightGate } from '../steps/preflight-gate.ts';
import { rollback } from '../steps/rollback.ts';
import { newWebhookSecret } from './signature.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
const keys = keysOf({ a: newKey() }, 'a');
let worker: Database;

beforeAll(async () => {
  const { seed, telemetry } = world();
  worker = openDatabase(test.settings('netup_worker'));
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01', 'ams-edge-02']);
  return () => worker.close();
});
beforeEach(async () => {
  await forgetUpgrades(test.admin);
  await test.admin`DELETE FROM upgrade_plans`;
  await test.admin`DELETE FROM webhooks`;
});

async function hook(
  name: string,
  events: readonly string[] = [],
  organization: 'acme' | 'globex' = 'acme',
): Promise<void> {
  const { database, as, seed } = world();
  const entry = { name, url: 'https://hooks.example/x', events, secret: newWebhookSecret() };
  await addWebhook(database.organization(seed[organization].id), as.ada, keys, entry);
}

/** What a webhook has been told, or is to be, in its order: event and sentence. */
async function told(name: string): Promise<readonly string[]> {
  const rows = await test.admin<{ event: string; outcome: string | null }[]>`
    SELECT d.event, d.outcome FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id
    WHERE w.name = ${name} ORDER BY d.id`;
  return rows.map(({ event, outcome }) => (outcome === null ? event : `${event}: ${outcome}`));
}

async function requested(hosts = ['ams-edge-01'], change: Partial<UpgradeRequest> = {}): Promise<readonly string[]> {
  const { services, as, seed } = world();
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(hosts, seed.images.mx, change));
  return upgrades.map(({ upgradeId }) => upgradeId);
}

async function approved(): Promise<string> {
  const [id = ''] = await requested();
  await approveUpgrade(world().services, world().as.ana, id);
  return id;
}

interface Begun {
  readonly claim: Claim;
  readonly recorder: Recorder;
  readonly run: NonNullable<Awaited<ReturnType<typeof readUpgradeRun>>>;
}

/** What a worker does with the upgrade that is due, up to its device. */
async function begun(): Promise<Begun> {
  const [claim] = await claimUpgrades(worker, randomUUID(), 1, { lease: 60_000, margin: 0 });
  if (claim === undefined) throw new Error('nothing is due');
  const scope = worker.organization(claim.organizationId);
  const recorder = { scope, lease: new Lease(claim, Number.POSITIVE_INFINITY), workerName: 'worker under test' };
  expect(await begin(recorder, new Date())).toBe(true);
  const run = await readUpgradeRun(scope, claim.upgradeId);
  if (run === null) throw new Error('it is gone');
  return { claim, recorder, run };
}

async function letGo({ recorder, claim }: Begun): Promise<void> {
  await releaseLease(recorder.scope.sql, claim, 0);
}

describe('webhooks are told', () => {
  it('of every state of an upgrade, in the transaction that changes it', async () => {
    await hook('all');
    const { services, as } = world();
    const id = await approved();
    const first = await begun();
    await recordHeld(first.recorder, first.run, preflightGate, 'CPU is too high.');
    await letGo(first);
    await resumeUpgrade(services, as.ana, id);
    const second = await begun();
    await pauseUpgrade(services, as.ana, id);
    await recordWanted(second.recorder, second.run, 'pause', null);
    await letGo(second);
    await resumeUpgrade(services, as.ana, id);
    const third = await begun();
    await recordStepFailed(third.recorder, third.run, preflightGate, 'It failed.', new Date());
    await letGo(third);
    await retryUpgrade(services, as.ana, id);
    const fourth = await begun();
    await recordEnd(fourth.recorder, fourth.run, new Date());
    expect(await told('all')).toEqual([
      'upgrade.requested',
      'upgrade.approved',
      'upgrade.started',
      'upgrade.held: CPU is too high.',
      'upgrade.resumed',
      expect.stringMatching(/^upgrade\.paused: Paused\./u),
      'upgrade.resumed',
      expect.stringMatching(/^upgrade\.failed: preflight_gate: It failed\./u),
      'upgrade.resumed',
      'upgrade.succeeded',
    ]);
  });

  it('that an upgrade is held, and not that it was paused, when a gate fails before somebody who wants a pause is heard', async () => {
    await hook('all', ['upgrade.held', 'upgrade.paused']);
    const id = await approved();
    const { recorder, run } = await begun();
    await pauseUpgrade(world().services, world().as.ana, id);
    await recordHeld(recorder, run, preflightGate, 'CPU is too high.');
    expect(await told('all')).toEqual(['upgrade.held: CPU is too high.']);
  });

  it('that a rollback failed, which whoever hears of failures hears as well', async () => {
    await hook('pager', ['upgrade.rollback_failed']);
    await hook('failures', ['upgrade.failed']);
    await hook('others', ['upgrade.succeeded', 'upgrade.rolled_back', 'plan.stopped']);
    await approved();
    const { recorder, run } = await begun();
    await recorder.scope.transaction((sql) => addRollback(sql, run.id));
    await recordStepFailed(recorder, run, rollback, 'It cannot be reached.', new Date());
    const sentence = expect.stringMatching(
      /^upgrade\.rollback_failed: ATTENTION: ams-edge-01 could not be taken back/u,
    );
    expect(await told('pager')).toEqual([sentence]);
    expect(await told('failures')).toEqual([sentence]);
    expect(await told('others')).toEqual([]);
  });

  it('of an emergency with its reason, of a rejection, and of what is called off', async () => {
    await hook('approvals', ['upgrade.approved', 'upgrade.rejected', 'upgrade.cancelled']);
    const { services, as } = world();
    const [emergency = '', other = ''] = await requested(['ams-edge-01', 'ams-edge-02']);
    await breakGlass(services, as.ada, emergency, 'the site is down');
    await rejectUpgrade(services, as.ana, other, 'not now');
    await cancelUpgrade(services, as.ben, emergency, 'solved otherwise');
    expect(await told('approvals')).toEqual([
      'upgrade.break_glass: the site is down',
      'upgrade.rejected: not now',
      'upgrade.cancelled: solved otherwise',
    ]);
  });

  it('of a plan: its beginning, its waves, that it waits and goes on, and its end', async () => {
    await hook('plans', Object.keys(PLAN_EVENTS));
    const { services, as } = world();
    const one = { kind: 'count', count: 1 } as const;
    const rules = { waves: [one, one], pauseMinutes: 0, successRate: 100, stopAfter: 1, approveWaves: true };
    const ids = await requested(['ams-edge-01', 'ams-edge-02'], { plan: rules });
    for (const id of ids) await approveUpgrade(services, as.ana, id);
    const first = await begun();
    await recordEnd(first.recorder, first.run, new Date());
    await resumePlan(services, as.ana, ids[0] ?? '', '');
    await settlePlans(worker, 'worker under test', new Date());
    const second = await begun();
    await recordEnd(second.recorder, second.run, new Date());
    const [other = ''] = await requested(['ams-edge-01', 'ams-edge-02'], { plan: rules });
    await stopPlan(services, as.ana, other, 'odd figures');
    const events = (await told('plans')).map((line) => line.split(':')[0]);
    expect(events).toEqual([
      'plan.requested',
      'plan.waiting',
      'plan.resumed',
      'plan.wave_opened',
      'plan.done',
      'plan.requested',
      'plan.stopped',
    ]);
    expect((await told('plans'))[1]).toMatch(/^plan\.waiting: ./u);
    expect((await told('plans')).at(-1)).toBe('plan.stopped: odd figures');
  });

  it('of a dry-run, marked as one', async () => {
    await hook('all');
    await requested(['ams-edge-01'], { dryRun: true });
    const [claim] = await claimDeliveries(worker, { howMany: 1, howManyFailing: 1, perWebhook: 1, leaseMs: 60_000 });
    if (claim === undefined) throw new Error('nothing is due');
    const message = await readMessage(worker.organization(claim.organizationId), claim);
    expect(message).toMatchObject({ event: 'upgrade.requested', upgrade: { dryRun: true, hostname: 'ams-edge-01' } });
  });

  it('nothing when the change is rolled back', async () => {
    await hook('all');
    const [id = ''] = await requested();
    await test.admin`DELETE FROM webhook_deliveries`;
    const undone = world().scope.transaction(async (sql) => {
      const { count } = await sql`UPDATE upgrades SET status = 'cancelled' WHERE id = ${id}`;
      const [row] = await sql<[{ n: number }]>`SELECT count(*)::int AS n FROM webhook_deliveries`;
      expect([count, row.n]).toEqual([1, 1]);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await told('all')).toEqual([]);
  });

  it('nothing of another organization, nothing that they did not ask for, and nothing while they are off', async () => {
    const { scope, database, seed, as } = world();
    await hook('all');
    await hook('theirs', [], 'globex');
    await hook('off');
    await switchWebhook(scope, as.ada, 'off', false);
    await hook('only held', ['upgrade.held']);
    await requested();
    expect(await told('all')).toEqual(['upgrade.requested']);
    for (const name of ['theirs', 'off', 'only held']) expect(await told(name)).toEqual([]);
    const globex = database.organization(seed.globex.id);
    for (const table of ['webhooks', 'webhook_deliveries']) {
      const names = await globex.sql<{ id: string }[]>`SELECT id FROM ${globex.sql(table)}`;
      expect(names).toHaveLength(table === 'webhooks' ? 1 : 0);
    }
    await expect(removeWebhook(globex, as.ada, 'all')).rejects.toThrow('There is no webhook "all"');
  });

  it('what is over is deleted when it is old, and what is not is kept', async () => {
    await hook('all');
    await requested(['ams-edge-01', 'ams-edge-02']);
    await test.admin`
      UPDATE webhook_deliveries SET next_attempt_at = NULL, delivered_at = now()
      WHERE id = (SELECT min(id) FROM webhook_deliveries)`;
    const scope = worker.organization(world().seed.acme.id);
    expect(await expireDeliveries(scope, new Date(Date.now() - 60_000))).toBe(0);
    expect(await expireDeliveries(scope, new Date(Date.now() + 60_000))).toBe(1);
    expect(await told('all')).toEqual(['upgrade.requested']);
  });

  it('by the same names that the program knows', async () => {
    const rows = await test.admin<{ source: string }[]>`
      SELECT prosrc AS source FROM pg_proc WHERE proname IN ('webhook_of_upgrade', 'webhook_of_plan')`;
    const text = rows.map(({ source }) => source).join('\n');
    const written = new Set([...text.matchAll(/'((?:upgrade|plan)\.[a-z_]+)'/gu)].map(([, name]) => name ?? ''));
    const built = ['plan.waiting', 'plan.stopped', 'plan.done'];
    expect([...new Set([...written, ...built])].toSorted()).toEqual(WEBHOOK_EVENTS.toSorted());
  });
});
