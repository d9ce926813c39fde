import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { keysOf, newKey } from '../../../test/support/encryption-keys.ts';
import { forgetUpgrades, useDatabase } from '../../../test/support/postgres.ts';
import { writeSteady } from '../../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../../test/support/upgrades.ts';
import { readEncryptionKeys } from '../../config/encryption-keys.ts';
import { DeviceError } from '../../devices/device-error.ts';
import { type Database, openDatabase } from '../../postgres/database.ts';
import { claimUpgrades } from '../../postgres/upgrade-queue.ts';
import { readOutput } from '../../postgres/upgrade-output.ts';
import { readUpgradeRun } from '../../postgres/upgrade-run.ts';
import { approveUpgrade } from '../decide.ts';
import { requestUpgrades } from '../request.ts';
import { DeviceLogin } from './device-login.ts';
import type { EngineServices } from './engine-services.ts';
import { Lease } from './lease.ts';
import { OutputKeeper } from './output-keeper.ts';
import { PACE } from './pace.ts';
import { runStep } from './run-step.ts';
import type { StepResult } from './step-result.ts';
import type { Step, StepContext } from './step.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
const keys = keysOf({ a: newKey() }, 'a');
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

/** A step of an approved upgrade that a worker has, with what went wrong beside it. */
async function begun(change: Partial<EngineServices> = {}): Promise<{
  readonly id: string;
  readonly lease: Lease;
  readonly trouble: unknown[];
  readonly run: (attempts: number, work: (context: StepContext) => Promise<void>) => Promise<StepResult>;
}> {
  const { services, as, seed } = world();
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.mx));
  const id = upgrades[0]?.upgradeId ?? '';
  await approveUpgrade(services, as.ana, id);
  const [claim] = await claimUpgrades(database, randomUUID(), 1, { lease: 60_000, margin: 0 });
  const upgrade = await readUpgradeRun(database.organization(seed.acme.id), id);
  if (claim === undefined || upgrade === null) throw new Error('the upgrade was not given out');
  const lease = new Lease(claim, performance.now() + 60_000);
  const trouble: unknown[] = [];
  const engine: EngineServices = {
    database,
    telemetry: world().telemetry,
    steps: [],
    pace: { ...PACE, retry: 1 },
    workerName: 'worker under test',
    now: () => new Date(),
    keys,
    outputs: new OutputKeeper(database, change.keys ?? keys),
    imageSource: () => Promise.reject(new Error('no image is asked for')),
    openDevice: () => () => Promise.reject(new Error('no device is asked for')),
    onTrouble: (error) => trouble.push(error),
    ...change,
  };
  const login = new DeviceLogin(engine.openDevice(upgrade), () => lease.check());
  const step = (attempts: number, work: (context: StepContext) => Promise<void>): Step => ({
    name: 'stage_image',
    property: 'repeatable',
    attempts,
    timeout: () => 60_000,
    run: async (context) => {
      await work(context);
      return { detail: 'done' };
    },
  });
  return { id, lease, trouble, run: (attempts, work) => runStep(engine, lease, upgrade, step(attempts, work), login) };
}

async function kept(id: string): Promise<readonly (readonly [string, string])[]> {
  const { scope, as } = world();
  const reading = { actor: as.ben, upgradeId: id, routerId: 'ams-edge-01', revealed: false };
  const texts = await readOutput(scope, keys, 'stage_image', reading);
  return texts.map(({ part, text }) => [part, text] as const);
}

describe('what a device prints in a step', () => {
  it('is kept encrypted, cleaned, an attempt at a time', async () => {
    const { id, run, trouble } = await begun();
    const result = await run(2, async (context) => {
      context.tell(`attempt ${context.attempt}\u001b[31m`);
      if (context.attempt === 1) throw new DeviceError('timeout', 'silent');
      context.tell('password 7 0822455D0A16');
      await Promise.resolve();
    });
    expect(result.kind).toBe('done');
    expect(trouble).toEqual([]);
    expect(await kept(id)).toEqual([
      ['stage_image 1', 'attempt 1'],
      ['stage_image 2', 'attempt 2\npassword 7 0822455D0A16'],
    ]);
    const rows = await test.admin`SELECT encode(encrypted_data, 'escape') AS bytes FROM upgrade_output`;
    expect(JSON.stringify(rows)).not.toContain('0822455D0A16');
  });

  it('can be read while the step goes on', async () => {
    const { id, run } = await begun();
    const released = Promise.withResolvers<void>();
    onTestFinished(() => released.resolve());
    const running = run(1, async (context) => {
      context.tell('1 % copied');
      await released.promise;
      context.tell('100 % copied');
    });
    await vi.waitFor(async () => expect(await kept(id)).toEqual([['stage_image 1', '1 % copied']]), {
      timeout: 10_000,
    });
    released.resolve();
    await running;
    expect(await kept(id)).toEqual([['stage_image 1', '1 % copied\n100 % copied']]);
  });

  it('fails no step that cannot keep it: without a key, or when another worker has the upgrade', async () => {
    const keyless = await begun({ keys: readEncryptionKeys({}) });
    const say = (context: StepContext): Promise<void> => Promise.resolve(context.tell('something'));
    expect((await keyless.run(1, say)).kind).toBe('done');
    expect(String(keyless.trouble[0])).toContain('There is no encryption key');
    await forgetUpgrades(test.admin);
    const robbed = await begun();
    await robbed.run(1, async (context) => {
      context.tell('something');
      await test.admin`UPDATE upgrade_queue SET lease_epoch = lease_epoch + 1 WHERE upgrade_id = ${robbed.id}`;
    });
    expect(String(robbed.trouble[0])).toContain('Another worker has upgrade');
    expect(await kept(robbed.id)).toEqual([]);
  });

  it('is kept together with that of others, each under its own lease', async () => {
    const { id, lease, trouble } = await begun();
    expect(trouble).toEqual([]);
    const keeper = new OutputKeeper(database, keys);
    const say = (attempt: number, epoch: string): Promise<void> => {
      const claim = { organizationId: lease.organizationId, upgradeId: id, epoch };
      const printed = { claim, step: 'stage_image', attempt, text: `attempt ${attempt}` } as const;
      return keeper.keep(lease.organizationId, printed, 'in turn');
    };
    // The first is written alone; the others come meanwhile, and go together.
    const ends = await Promise.allSettled([say(1, '1'), say(2, '1'), say(3, '0'), say(4, '1')]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await kept(id)).toHaveLength(3);
    expect(await kept(id)).toContainEqual(['stage_image 4', 'attempt 4']);
  });
});
