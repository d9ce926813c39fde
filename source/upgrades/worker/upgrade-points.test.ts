import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startCuttingProxy } from '../../../test/support/cutting-proxy.ts';
import { startInflux } from '../../../test/support/influx-server.ts';
import { forgetUpgrades, useDatabase } from '../../../test/support/postgres.ts';
import { writeSteady } from '../../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../../test/support/upgrades.ts';
import { UPGRADE_STEPS } from '../../model/upgrade.ts';
import type { Check } from '../../model/upgrade-run.ts';
import type { Point, ProgressReading, ValidationReading } from '../../model/telemetry.ts';
import { type Database, openDatabase } from '../../postgres/database.ts';
import { claimUpgrades } from '../../postgres/upgrade-queue.ts';
import {
  beginStep,
  beginUpgrade,
  endStep,
  leasedTransaction,
  skipPendingSteps,
  writeChecks,
} from '../../postgres/upgrade-run-writes.ts';
import { openEmbeddedStore } from '../../telemetry/embedded/embedded-store.ts';
import { openInfluxStore } from '../../telemetry/influx/influx-store.ts';
import { TelemetryUnavailable, type WriteResult } from '../../telemetry/store.ts';
import { approveUpgrade } from '../decide.ts';
import { requestUpgrades } from '../request.ts';
import type { Duty } from './duty.ts';
import { type PointWriter, upgradePointsDuty } from './upgrade-points.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
const ROUTER = 'ams-edge-01';
let worker: Database;

beforeAll(async () => {
  await test.seed();
  worker = openDatabase(test.settings('netup_worker'));
  return () => worker.close();
});
beforeEach(async () => {
  await forgetUpgrades(test.admin);
  await writeSteady(world().telemetry, world().seed.acme.id, [ROUTER]);
});

const memory: Check = { name: 'memory free', expected: '20', actual: '62.5 %', status: 'pass', action: '' };
const version: Check = { name: 'running version', expected: '21.4R3', actual: '22.1', status: 'fail', action: 'Look.' };

/** An upgrade whose worker began and ended a pre-check, and gave the rest up. */
async function carriedOut(): Promise<string> {
  const { services, as, seed } = world();
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest([ROUTER], seed.images.mx));
  const id = upgrades[0]?.upgradeId ?? '';
  await approveUpgrade(services, as.ana, id);
  const [claim] = await claimUpgrades(worker, '00000000-0000-4000-8000-000000000001', 1, { lease: 60_000, margin: 0 });
  if (claim === undefined) throw new Error('the upgrade was not given out');
  const step = (work: Parameters<typeof leasedTransaction>[2]): Promise<unknown> =>
    leasedTransaction(worker.organization(seed.acme.id), claim, work);
  await step(async (sql) => {
    await beginUpgrade(sql, id);
    await beginStep(sql, claim, 'precheck');
  });
  await writeChecks(worker.organization(seed.acme.id).sql, claim, 'pre', [memory, version]);
  await step(async (sql) => {
    await endStep(sql, claim, 'precheck', { status: 'failed', detail: 'version' });
    await skipPendingSteps(sql, id);
  });
  return id;
}

/** A store of the worker's own. */
function open(): PointWriter {
  const database = openDatabase(test.settings('netup_worker'));
  onTestFinished(() => database.close());
  return openEmbeddedStore(database);
}

/** A store that stores nothing while it is away, and counts what it was handed. */
class Unreliable implements PointWriter {
  away = true;
  writes = 0;
  readonly #store = open();

  write(points: readonly Point[]): Promise<WriteResult> {
    this.writes += 1;
    // As InfluxDB's store does: it takes points that it will send later, if it gets the chance.
    return this.away ? Promise.resolve({ accepted: points.length, refused: {} }) : this.#store.write(points);
  }

  async flush(): Promise<void> {
    if (this.away && this.writes > 0) throw new TelemetryUnavailable('InfluxDB is away.');
    await this.#store.flush();
  }
}

function dutyWith(telemetry: PointWriter): { readonly duty: Duty; readonly warned: string[] } {
  const warned: string[] = [];
  const log = { info: () => undefined, warn: (message: string) => warned.push(message), error: () => undefined };
  return { duty: upgradePointsDuty({ database: worker, telemetry, log }), warned };
}

const span = (): { start: number; end: number } => ({ start: Date.now() - 3_600_000, end: Date.now() + 60_000 });

function progress(id: string): Promise<readonly ProgressReading[]> {
  return world().telemetry.upgradeProgress(world().seed.acme.id, ROUTER, span(), id);
}

function validations(id: string): Promise<readonly ValidationReading[]> {
  return world().telemetry.validations(world().seed.acme.id, ROUTER, span(), id);
}

async function waiting(): Promise<number> {
  const [row] = await test.admin<
    { n: number }[]
  >`SELECT count(*)::int AS n FROM upgrade_points WHERE written_at IS NULL`;
  return row?.n ?? -1;
}

describe('the telemetry of upgrades', () => {
  it('waits while the clock of the worker is behind, for which it would be in the future, and is whole afterwards', async () => {
    const id = await carriedOut();
    const all = await waiting();
    expect(all).toBeGreaterThan(0);
    const { duty, warned } = dutyWith(open());
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    try {
      await duty.run();
    } finally {
      vi.useRealTimers();
    }
    expect(await waiting()).toBe(all);
    await duty.run();
    expect(await waiting()).toBe(0);
    expect((await progress(id)).length).toBeGreaterThan(0);
    expect(warned).toEqual([]);
  });

  it('has a point for every step that begins or ends, and for every check, once', async () => {
    const id = await carriedOut();
    const { duty, warned } = dutyWith(open());
    await duty.run();
    await duty.run();
    expect(warned).toEqual([]);
    expect(await waiting()).toBe(0);
    const points = await progress(id);
    const told = points.map(({ step, stepStatus }) => `${step} ${stepStatus}`);
    expect(told.slice(0, 2)).toEqual(['precheck running', 'precheck failed']);
    expect(told.slice(2).toSorted()).toEqual(
      UPGRADE_STEPS.filter((name) => name !== 'precheck')
        .map((name) => `${name} skipped`)
        .toSorted(),
    );
    expect(points.map(({ percent }) => percent)).toEqual([0, 0, ...Array.from({ length: 11 }, () => 91.7)]);
    // Each has a time of its own: a point with the same tags and time would replace the one before.
    expect(new Set(points.map(({ at }) => at)).size).toBe(13);
    expect(points[1]?.elapsedSeconds).toBeGreaterThanOrEqual(0);
    expect(await validations(id)).toMatchObject([
      { component: 'memory free', phase: 'before', passed: true, expected: 20, actual: 62.5 },
      { component: 'running version', phase: 'before', passed: false, expected: null, actual: null },
    ]);
  });

  it('waits for a store that is away, hands it no more than one batch meanwhile, and loses nothing', async () => {
    const id = await carriedOut();
    const store = new Unreliable();
    const { duty } = dutyWith(store);
    for (let attempt = 0; attempt < 4; attempt += 1) await expect(duty.run()).rejects.toThrow('InfluxDB is away.');
    expect(store.writes).toBe(1);
    expect(await waiting()).toBe(15);
    expect(await progress(id)).toEqual([]);
    store.away = false;
    await duty.run();
    expect(await waiting()).toBe(0);
    expect(await progress(id)).toHaveLength(13);
    expect(await validations(id)).toHaveLength(2);
  });

  it('reaches a real InfluxDB that was cut off', async (context) => {
    const influx = await startInflux();
    const settings = typeof influx === 'string' ? context.skip(influx) : influx.settings;
    onTestFinished(() => (typeof influx === 'string' ? undefined : influx.stop()));
    const { hostname, port } = new URL(settings.url);
    const proxy = await startCuttingProxy({ host: hostname, port: Number(port) });
    onTestFinished(() => proxy.stop());
    const directory = await mkdtemp(path.join(tmpdir(), 'netup-points-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const away = { ...settings, url: `http://127.0.0.1:${proxy.port}` };
    const store = openInfluxStore(away, { spool: { directory, maxBytes: 64 << 20 }, retryDelayMs: [5, 50] });
    onTestFinished(() => store.close());
    const { duty } = dutyWith(store);
    const id = await carriedOut();
    await proxy.cut();
    await vi.waitFor(() => expect(duty.run()).rejects.toThrow('InfluxDB at 127.0.0.1'), { timeout: 20_000 });
    expect(await waiting()).toBe(15);
    await proxy.mend();
    const told = async (): Promise<void> => {
      await duty.run().catch(() => undefined);
      expect(await waiting()).toBe(0);
    };
    await vi.waitFor(told, { timeout: 20_000 });
    const acme = world().seed.acme.id;
    expect(await store.upgradeProgress(acme, ROUTER, span(), id)).toHaveLength(13);
    expect(await store.validations(acme, ROUTER, span(), id)).toHaveLength(2);
  }, 60_000);

  it('goes on after a worker that was killed between the writing and the note of it', async () => {
    const id = await carriedOut();
    await dutyWith(open()).duty.run();
    await test.admin`UPDATE upgrade_points SET written_at = NULL`;
    await dutyWith(open()).duty.run();
    expect(await progress(id)).toHaveLength(13);
    expect(await waiting()).toBe(0);
  });

  it('holds the other duties up no longer than a moment, and says in its next turn what became of it', async () => {
    await carriedOut();
    const answered = Promise.withResolvers<void>();
    const silent: PointWriter = {
      write: () => Promise.reject(new Error('it was not to be asked')),
      flush: () => answered.promise,
    };
    const { duty } = dutyWith(silent);
    await duty.run();
    await duty.run();
    answered.reject(new TelemetryUnavailable('InfluxDB did not answer.'));
    await expect(duty.run()).rejects.toThrow('InfluxDB did not answer.');
  });

  it('tells of points that the store refuses, and does not try them again', async () => {
    await carriedOut();
    const refusing: PointWriter = {
      write: () => Promise.resolve({ accepted: 0, refused: { 'bad tag': 15 } }),
      flush: () => Promise.resolve(),
    };
    const { duty, warned } = dutyWith(refusing);
    await duty.run();
    expect(warned).toEqual([
      expect.stringMatching(/^upgrade points: 15 of organization \S+ were refused: bad tag\.$/u),
    ]);
    expect(await waiting()).toBe(0);
  });
});
