import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import type { Platform } from '../../source/model/platform.ts';
import { type Database, openDatabase } from '../../source/postgres/database.ts';
import type { SimulatedDevice } from '../../source/simulator/device.ts';
import type { RunningDevice, SimulatedFleet } from '../../source/simulator/fleet.ts';
import { startSimulatedDevices } from '../../source/simulator/fleet.ts';
import type { SimulatedImage } from '../../source/simulator/image.ts';
import { approveUpgrade } from '../../source/upgrades/decide.ts';
import type { EngineServices } from '../../source/upgrades/engine/engine-services.ts';
import { routerOpener } from '../../source/upgrades/engine/open-router.ts';
import { OutputKeeper } from '../../source/upgrades/engine/output-keeper.ts';
import { UpgradeWorker } from '../../source/upgrades/engine/worker.ts';
import { requestUpgrades } from '../../source/upgrades/request.ts';
import { STEPS } from '../../source/upgrades/steps/all.ts';
import { keysOf, newKey } from './encryption-keys.ts';
import { FAST_PACE, FAST_TERMS, IMAGE_SERVER } from './fast-pace.ts';
import { forgetUpgrades, type TestDatabase } from './postgres.ts';
import { writeSteady } from './steady-telemetry.ts';
import { aRequest, useUpgradeWorld, type UpgradeWorld } from './upgrades.ts';

/** The router of the seed that stands for each platform, and the image that it gets. */
export const LAB: Readonly<
  Record<Platform, { router: string; image: 'asr' | 'mx' | 'dcs'; device: Partial<SimulatedDevice> }>
> = {
  'ios-xe': {
    router: 'ams-core-01',
    image: 'asr',
    device: { vendor: 'Cisco', model: 'ASR1002-HX', version: '17.09.04a' },
  },
  junos: { router: 'ams-edge-01', image: 'mx', device: { vendor: 'Juniper', model: 'MX204', version: '21.4R3-S5' } },
  eos: {
    router: 'fra-leaf-02',
    image: 'dcs',
    device: { vendor: 'Arista', model: '7280SR3-48YC8', version: '4.30.1F' },
  },
};

const SHA = { sha256: 'a'.repeat(64), sha512: 'b'.repeat(128) };
const TIME_SCALE = 1000;
/** What the lab's workers encrypt with. */
export const LAB_KEY = newKey();
const KEYS = keysOf({ k1: LAB_KEY }, 'k1');

export interface UpgradeLab {
  readonly world: UpgradeWorld;
  /** Starts a fresh device of the platform, as the inventory's router of it. */
  device(platform: Platform, change?: Partial<SimulatedDevice>): Promise<RunningDevice>;
  /** Requests and approves the upgrade of the platform's router; its id. */
  approved(platform: Platform): Promise<string>;
  worker(change?: Partial<EngineServices>): UpgradeWorker;
  /** Stops workers and devices, and forgets every upgrade. Done before each test. */
  reset(): Promise<void>;
  /** Waits for one of these statuses, and gives it. */
  ends(id: string, ...statuses: readonly string[]): Promise<string>;
  status(id: string): Promise<{ readonly status: string; readonly outcome: string | null }>;
  /** Name to status of the steps that were not just skipped or left pending. */
  steps(id: string): Promise<Readonly<Record<string, string>>>;
}

/** Routers of a seeded database that can be logged in to, and workers that upgrade them, with everything a thousand times as fast. */
export function useUpgradeLab(test: TestDatabase): () => UpgradeLab {
  const world = useUpgradeWorld(test);
  const fleets: SimulatedFleet[] = [];
  const workers: UpgradeWorker[] = [];
  const errors: unknown[] = [];
  const opened: Database[] = [];
  const connect = (): Database => {
    const [database] = opened;
    if (database === undefined) throw new Error('the lab is there once the tests have begun');
    return database;
  };
  beforeAll(async () => {
    await test.seed();
    await test.admin`UPDATE firmware_images SET sha256 = ${SHA.sha256}, sha512 = ${SHA.sha512}`;
    opened.push(openDatabase(test.settings('netup_worker')));
  });
  const reset = async (): Promise<void> => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    await Promise.all(fleets.splice(0).map((fleet) => fleet.stop()));
    await forgetUpgrades(test.admin);
    await test.admin`TRUNCATE telemetry_raw`;
    const ids = Object.values(LAB).map(({ router }) => router);
    await writeSteady(world().telemetry, world().seed.acme.id, ids);
  };
  beforeEach(reset);
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await Promise.all(fleets.map((fleet) => fleet.stop()));
    await Promise.all(opened.map((database) => database.close()));
  });

  const device = async (platform: Platform, change: Partial<SimulatedDevice> = {}): Promise<RunningDevice> => {
    const { router, device: kind } = LAB[platform];
    const [image] = await test.admin<{ fileName: string; sizeBytes: string; version: string }[]>`
      SELECT file_name AS "fileName", size_bytes AS "sizeBytes", version FROM firmware_images
      WHERE id = ${world().seed.images[LAB[platform].image]}`;
    if (image === undefined) throw new Error('the seed has no image');
    const images: SimulatedImage[] = [{ ...image, ...SHA, sizeBytes: Number(image.sizeBytes) }];
    const simulated: SimulatedDevice = {
      hostname: router,
      platform,
      vendor: '',
      model: '',
      version: '',
      serial: 'SIM0000001',
      user: 'netops',
      password: 'correct horse',
      bootedAt: new Date(Date.now() - 40 * 86_400_000),
      reloadSeconds: 200,
      copyBytesPerSecond: 5e6,
      ...kind,
      ...change,
    };
    const fleet = await startSimulatedDevices([simulated], { images, timeScale: TIME_SCALE });
    fleets.push(fleet);
    const [running] = fleet.devices;
    if (running === undefined) throw new Error('no device was started');
    await test.admin`
      UPDATE routers SET mgmt_ip = ${running.host}, mgmt_port = ${running.port}, ssh_host_key = ${running.hostKey},
        current_ver = ${simulated.version}, status = 'active'
      WHERE organization_id = ${world().seed.acme.id} AND id = ${router}`;
    return running;
  };

  const lab: Omit<UpgradeLab, 'world'> = {
    device,
    reset,
    async approved(platform) {
      const { services, as, seed } = world();
      const { router, image } = LAB[platform];
      const { upgrades } = await requestUpgrades(services, as.ben, aRequest([router], seed.images[image]));
      const id = upgrades[0]?.upgradeId ?? '';
      await approveUpgrade(services, as.ana, id);
      return id;
    },
    worker(change = {}) {
      const workerName = 'lab worker';
      const database = connect();
      const ssh = { user: 'netops', password: 'correct horse' };
      const services: EngineServices = {
        database,
        telemetry: world().telemetry,
        steps: STEPS,
        pace: FAST_PACE,
        workerName,
        now: () => new Date(),
        keys: KEYS,
        outputs: new OutputKeeper(database, KEYS),
        imageSource: ({ image }) =>
          Promise.resolve({ kind: 'pull', url: `${IMAGE_SERVER}/${image.fileName}`, password: 'images' }),
        openDevice: (run) => routerOpener({ database, keys: KEYS, ssh, workerName, pace: FAST_PACE }, run),
        ...change,
      };
      const options = { workerId: randomUUID(), slots: 10, terms: FAST_TERMS, interval: 50, again: 50 };
      const worker = new UpgradeWorker(services, { ...options, onError: (error) => errors.push(error) });
      workers.push(worker);
      worker.wake();
      return worker;
    },
    async ends(id, ...statuses) {
      const over = statuses.length > 0 ? statuses : ['success', 'failed', 'rolled_back', 'cancelled', 'paused'];
      return vi.waitFor(
        async () => {
          const { status } = await lab.status(id);
          if (!over.includes(status)) throw new Error(`it is ${status}; errors: ${errors.map(String).join('; ')}`);
          return status;
        },
        { timeout: 120_000, interval: 20 },
      );
    },
    async status(id) {
      const [row] = await test.admin<{ status: string; outcome: string | null }[]>`
        SELECT status, outcome FROM upgrades WHERE id = ${id}`;
      if (row === undefined) throw new Error(`there is no upgrade ${id}`);
      return { ...row };
    },
    async steps(id) {
      const rows = await test.admin<{ name: string; status: string; detail: string | null }[]>`
        SELECT name, status, detail FROM upgrade_steps WHERE upgrade_id = ${id} ORDER BY position`;
      return Object.fromEntries(rows.filter(({ detail }) => detail !== null).map(({ name, status }) => [name, status]));
    },
  };
  return () => ({ ...lab, world: world() });
}
