import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { forgetUpgrades, useDatabase } from '../../../test/support/postgres.ts';
import { writeSteady } from '../../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../../test/support/upgrades.ts';
import { readEncryptionKeys } from '../../config/encryption-keys.ts';
import { type StepName, UPGRADE_STEPS } from '../../model/upgrade.ts';
import { type Database, openDatabase } from '../../postgres/database.ts';
import { LeaseLost, type LeaseTerms } from '../../postgres/upgrade-queue.ts';
import { approveUpgrade } from '../decide.ts';
import { requestUpgrades } from '../request.ts';
import { preflightGate } from '../steps/preflight-gate.ts';
import type { EngineServices } from './engine-services.ts';
import { OutputKeeper } from './output-keeper.ts';
import { PACE } from './pace.ts';
import { type Step, type StepContext, type StepEnd, StepFailed, StepHeld } from './step.ts';
import { UpgradeWorker } from './worker.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
/** No test waits for the end of a lease, so it is longer than a busy machine keeps a process from its turn. */
const TERMS: LeaseTerms = { lease: 10_000, margin: 100 };
let database: Database;

beforeAll(async () => {
  await test.seed();
  database = openDatabase(test.settings('netup_worker'));
  return () => database.close();
});
beforeEach(async () => {
  await forgetUpgrades(test.admin);
  await writeSteady(world().telemetry, world().seed.acme.id, ['ams-edge-01']);
});

type Script = Partial<Record<StepName, (context: StepContext) => Promise<StepEnd> | StepEnd>>;

/** Steps that touch no device: each is noted when it is run, and does what the script says. */
function scripted(script: Script, ran: string[] = []): readonly Step[] {
  return [...UPGRADE_STEPS, 'rollback' as const].map((name) => ({
    name,
    property: 'repeatable',
    attempts: 1,
    timeout: () => 60_000,
    async run(context) {
      ran.push(name);
      const end = await script[name]?.(context);
      return end ?? { detail: `${name} done` };
    },
  }));
}

function start(steps: readonly Step[], slots = 5): { worker: UpgradeWorker; errors: unknown[] } {
  const errors: unknown[] = [];
  const services: EngineServices = {
    database,
    telemetry: world().telemetry,
    steps,
    pace: PACE,
    workerName: 'worker under test',
    now: () => new Date(),
    keys: readEncryptionKeys({}),
    outputs: new OutputKeeper(database, readEncryptionKeys({})),
    imageSource: () => Promise.reject(new Error('no image is asked for')),
    openDevice: () => () => Promise.reject(new Error('no device is asked for')),
  };
  const options = { workerId: randomUUID(), slots, terms: TERMS, interval: 50, again: 50 };
  const worker = new UpgradeWorker(services, { ...options, onError: (error) => errors.push(error) });
  onTestFinished(() => worker.stop());
  worker.wake();
  return { worker, errors };
}

async function approved(): Promise<string> {
  const { services, as, seed } = world();
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.mx));
  const id = upgrades[0]?.upgradeId ?? '';
  await approveUpgrade(services, as.ana, id);
  return id;
}

async function statusOf(id: string): Promise<string> {
  const [row] = await test.admin<{ status: string }[]>`SELECT status FROM upgrades WHERE id = ${id}`;
  return row?.status ?? 'gone';
}

async function stepsOf(id: string): Promise<Record<string, string>> {
  const rows = await test.admin<{ name: string; status: string }[]>`
    SELECT name, status FROM upgrade_steps WHERE upgrade_id = ${id} ORDER BY position`;
  return Object.fromEntries(rows.map(({ name, status }) => [name, status]));
}

async function becomes(id: string, status: string): Promise<void> {
  await vi.waitFor(async () => expect(await statusOf(id)).toBe(status), { timeout: 18_000, interval: 20 });
}

describe('a worker', () => {
  it('runs every step of an approved upgrade once, in order, each with an audit row', async () => {
    const id = await approved();
    const ran: string[] = [];
    const { errors } = start(scripted({}, ran));
    await becomes(id, 'success');
    expect(ran).toEqual(UPGRADE_STEPS);
    expect(errors).toEqual([]);
    const audit = await test.admin<{ action: string; actor_name: string; source: string }[]>`
      SELECT action, actor_name, source FROM audit_events WHERE upgrade_id = ${id} AND source = 'worker' ORDER BY seq`;
    expect(audit.map(({ action }) => action)).toEqual([
      'upgrade.take',
      ...UPGRADE_STEPS.map(() => 'upgrade.step'),
      'upgrade.success',
    ]);
    expect(new Set(audit.map(({ actor_name }) => actor_name))).toEqual(new Set(['worker under test']));
  });

  it('leaves alone what is not approved, and what is not due', async () => {
    const { services, as, seed } = world();
    const soon = { kind: 'at', at: new Date(Date.now() + 3_600_000) } as const;
    const request = aRequest(['ams-edge-01'], seed.images.mx, { schedule: soon });
    const { upgrades } = await requestUpgrades(services, as.ben, request);
    const id = upgrades[0]?.upgradeId ?? '';
    const ran: string[] = [];
    const { worker } = start(scripted({}, ran));
    await approveUpgrade(services, as.ana, id);
    worker.wake();
    expect(await statusOf(id)).toBe('approved');
    await test.admin`UPDATE upgrade_queue SET due_at = now() WHERE upgrade_id = ${id}`;
    await becomes(id, 'success');
  });

  it.each([
    ['window', '-5 hours', '1 minute', 'which is too late to begin'],
    ['at', '-5 hours', null, 'passed more than 4 hours ago'],
  ])('holds an upgrade whose %s is over instead of beginning it', async (kind, from, until, sentence) => {
    const id = await approved();
    await test.admin.begin(async (sql) => {
      await sql`SET LOCAL session_replication_role = replica`;
      await sql`
        UPDATE upgrades SET schedule_kind = ${kind}, scheduled_at = now() + ${from}::interval, window_ends_at = now() + ${until}::interval
        WHERE id = ${id}`;
    });
    const ran: string[] = [];
    start(scripted({}, ran));
    await becomes(id, 'paused');
    expect(ran).toEqual([]);
    const [row] = await test.admin<{ outcome: string; reason: string }[]>`
      SELECT u.outcome, a.reason FROM upgrades AS u JOIN audit_events AS a ON a.upgrade_id = u.id
      WHERE u.id = ${id} AND a.action = 'upgrade.hold'`;
    expect(row?.outcome).toContain(sentence);
    expect(row?.reason).toBe(row?.outcome);
  });

  it('holds an upgrade at the gate when a blackout began meanwhile', async () => {
    const id = await approved();
    const { acme, ana } = world().seed;
    const ran: string[] = [];
    const script: Script = {
      async verify_image() {
        await test.admin`
          INSERT INTO blackouts (organization_id, starts_at, ends_at, reason, created_by)
          VALUES (${acme.id}, now(), now() + interval '1 hour', 'outage elsewhere', ${ana.id})`;
        return { detail: 'verified' };
      },
    };
    start([preflightGate, ...scripted(script, ran)]);
    await becomes(id, 'paused');
    await test.admin`DELETE FROM blackouts`;
    expect(ran.at(-1)).toBe('verify_image');
    const [row] = await test.admin<{ outcome: string }[]>`SELECT outcome FROM upgrades WHERE id = ${id}`;
    expect(row?.outcome).toMatch(
      /^a blackout lasts until .* UTC \(outage elsewhere\): resume it when that is over\.$/u,
    );
  });

  it('fails an upgrade whose step fails before the activation, and begins nothing after it', async () => {
    const id = await approved();
    const ran: string[] = [];
    start(scripted({ verify_image: () => Promise.reject(new StepFailed('the digest differs')) }, ran));
    await becomes(id, 'failed');
    expect(ran).toEqual(['precheck', 'backup_config', 'stage_image', 'verify_image']);
    expect(await stepsOf(id)).toMatchObject({ verify_image: 'failed', activate: 'skipped', cleanup: 'skipped' });
    const [row] = await test.admin<{ outcome: string }[]>`SELECT outcome FROM upgrades WHERE id = ${id}`;
    expect(row?.outcome).toBe('verify_image: the digest differs The device still runs 21.4R3-S5.');
  });

  it('takes the device back when a step fails after it was told to go down', async () => {
    const id = await approved();
    const ran: string[] = [];
    const activate = async (context: StepContext): Promise<StepEnd> => {
      await context.declare({ at: 1 });
      return { detail: 'told' };
    };
    start(scripted({ activate, postcheck: () => Promise.reject(new StepFailed('a neighbour is gone')) }, ran));
    await becomes(id, 'rolled_back');
    expect(ran.slice(-2)).toEqual(['postcheck', 'rollback']);
    expect(await stepsOf(id)).toMatchObject({ postcheck: 'failed', commit: 'skipped', rollback: 'success' });
  });

  it('says loudly when the way back fails, and tries nothing more', async () => {
    const id = await approved();
    const ran: string[] = [];
    const activate = async (context: StepContext): Promise<StepEnd> => {
      await context.declare({ at: 1 });
      throw new StepFailed('it burns');
    };
    start(scripted({ activate, rollback: () => Promise.reject(new StepFailed('It cannot be reached.')) }, ran));
    await becomes(id, 'failed');
    expect(ran.filter((name) => name === 'rollback')).toHaveLength(1);
    const [event] = await test.admin<{ reason: string }[]>`
      SELECT reason FROM audit_events WHERE upgrade_id = ${id} AND action = 'upgrade.failed'`;
    expect(event?.reason).toBe(
      'ATTENTION: ams-edge-01 could not be taken back to 21.4R3-S5: It cannot be reached. It needs somebody at the device.',
    );
  });

  it('holds an upgrade that must not go on, and goes on from that step once somebody resumes it', async () => {
    const id = await approved();
    const ran: string[] = [];
    let gate = (): StepEnd => {
      throw new StepHeld('CPU is at 91%');
    };
    start(scripted({ preflight_gate: () => gate() }, ran));
    await becomes(id, 'paused');
    expect(await stepsOf(id)).toMatchObject({ verify_image: 'success', preflight_gate: 'pending' });
    gate = () => ({ detail: 'fine' });
    await test.admin`UPDATE upgrades SET status = 'running' WHERE id = ${id}`;
    await becomes(id, 'success');
    expect(ran.filter((name) => name === 'preflight_gate')).toHaveLength(2);
    expect(ran.filter((name) => name === 'verify_image')).toHaveLength(1);
  });
});

describe('a worker that falls silent', () => {
  it('is followed by another, which goes on from the last finished step; what it still writes is refused', async () => {
    const id = await approved();
    const stuck = Promise.withResolvers<void>();
    const late = Promise.withResolvers<unknown>();
    const silent = start(
      scripted({
        async stage_image(context) {
          await stuck.promise;
          await context.declare({ at: 1 }).then(late.resolve, late.resolve);
          return { detail: 'too late' };
        },
      }),
      1,
    );
    await vi.waitFor(async () => expect(await stepsOf(id)).toMatchObject({ stage_image: 'running' }), {
      timeout: 18_000,
    });
    const ran: string[] = [];
    start(scripted({}, ran));
    await vi.waitFor(
      async () => {
        // A machine that is paused renews nothing; this one goes on renewing until it has lost the upgrade.
        await test.admin`
          UPDATE upgrade_queue SET lease_expires_at = now() - interval '1 day' WHERE upgrade_id = ${id} AND lease_epoch = 1`;
        const [row] = await test.admin<{ epoch: string }[]>`
          SELECT lease_epoch AS epoch FROM upgrade_queue WHERE upgrade_id = ${id}`;
        expect(row?.epoch).toBe('2');
      },
      { timeout: 10_000, interval: 10 },
    );
    await becomes(id, 'success');
    expect(ran[0]).toBe('stage_image');
    expect(ran).not.toContain('precheck');
    stuck.resolve();
    expect(await late.promise).toBeInstanceOf(LeaseLost);
    expect(await stepsOf(id)).toMatchObject({ stage_image: 'success' });
    await vi.waitFor(() => expect(silent.errors).toEqual([expect.any(LeaseLost)]), { timeout: 18_000 });
  });

  it('lets go at once when it is stopped, and another goes on', async () => {
    const id = await approved();
    const first = start(
      scripted({
        stage_image: ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(new Error('cut off')));
          }),
      }),
    );
    await vi.waitFor(async () => expect(await stepsOf(id)).toMatchObject({ stage_image: 'running' }), {
      timeout: 5000,
    });
    await first.worker.stop();
    expect(await statusOf(id)).toBe('running');
    const ran: string[] = [];
    start(scripted({}, ran));
    await becomes(id, 'success');
    expect(ran[0]).toBe('stage_image');
  });

  it('never shares an upgrade with another: of many workers each upgrade has one', async () => {
    const id = await approved();
    const ran: string[] = [];
    for (let count = 0; count < 5; count += 1) start(scripted({}, ran));
    await becomes(id, 'success');
    expect(ran).toEqual(UPGRADE_STEPS);
  });
});
