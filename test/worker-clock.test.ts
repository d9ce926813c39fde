import { expect, it, onTestFinished, vi } from 'vitest';
import { version } from '../source/config/package-root.ts';
import { type Clocks, databaseClock } from '../source/postgres/database-clock.ts';
import { type Database, openDatabase } from '../source/postgres/database.ts';
import type { EngineServices } from '../source/upgrades/engine/engine-services.ts';
import { routerOpener } from '../source/upgrades/engine/open-router.ts';
import { STEPS } from '../source/upgrades/steps/all.ts';
import { upgradeService } from '../source/upgrades/worker/upgrade-service.ts';
import { databaseVariables, useCli } from './support/cli.ts';
import { keysOf } from './support/encryption-keys.ts';
import { FAST_PACE } from './support/fast-pace.ts';
import { useDatabase } from './support/postgres.ts';
import { LAB_KEY, useUpgradeLab } from './support/upgrade-lab.ts';

const cli = useCli();
const test = useDatabase();
const lab = useUpgradeLab(test);
const HOUR = 3_600_000;
const keys = keysOf({ k1: LAB_KEY }, 'k1');

/** The clocks of a computer that is so far ahead. */
function ahead(milliseconds: number): Clocks {
  return { wall: () => Date.now() + milliseconds, monotonic: () => performance.now() };
}

function asWorker(): Database {
  const database = openDatabase(test.settings('netup_worker'));
  onTestFinished(() => database.close());
  return database;
}

/** What a worker has whose computer is so far ahead, and that goes by the database's clock. */
async function services(milliseconds: number): Promise<Partial<EngineServices>> {
  const database = asWorker();
  const clock = databaseClock(database, ahead(milliseconds));
  await clock.measure();
  const now = (): Date => clock.now();
  const access = {
    database,
    keys,
    ssh: { user: 'netops', password: 'correct horse' },
    workerName: 'w',
    pace: FAST_PACE,
  };
  return { now, openDevice: (run) => routerOpener({ ...access, now }, run) };
}

it('a worker two hours behind goes on after one that told the device to go down, which is told once', async () => {
  const { machine } = await lab().device('ios-xe');
  const id = await lab().approved('ios-xe');
  let told = false;
  const steps = STEPS.map((step) => {
    if (step.name !== 'reboot_wait') return step;
    return { ...step, run: () => new Promise<never>(() => (told = true)) };
  });
  const first = lab().worker({ ...(await services(HOUR)), steps });
  await vi.waitFor(() => expect(told).toBe(true), { timeout: 20_000, interval: 10 });
  await first.stop();
  lab().worker(await services(-HOUR));
  expect([await lab().ends(id), (await lab().status(id)).outcome]).toEqual(['success', null]);
  expect(machine.counters).toMatchObject({ reloads: 1, reloadCommands: [1, 0] });
});

it('a worker says that its clock is wrong: in its log, to the others, and in doctor', async () => {
  const warned: string[] = [];
  let wrongBy = HOUR;
  const service = upgradeService({
    database: asWorker(),
    telemetry: lab().world.telemetry,
    keys,
    ssh: null,
    images: { url: null, password: null, folder: null },
    slots: 1,
    programVersion: version,
    log: { info: (line) => warned.push(line), warn: (line) => warned.push(line), error: (line) => warned.push(line) },
    clocks: { wall: () => Date.now() + wrongBy, monotonic: () => performance.now() },
  });
  await service.start();
  onTestFinished(() => service.stop());
  await service.presence.run();
  await service.presence.run();
  expect(warned).toEqual([
    "The clock of this computer is 3600 s ahead of the database's. Upgrades go by the database's.",
  ]);
  const doctor = async (): Promise<string> => {
    const person = { NETUP_OPERATOR: 'ada', NETUP_ORGANIZATION: 'acme' };
    return (await cli.run(['doctor'], { ...databaseVariables(test.settings('app_user')), ...person })).stdout;
  };
  expect(await doctor()).toMatch(
    /^warn {2}workers +the clock of \S+ \(worker \d+\) is 3600 s ahead of the database's$/mu,
  );
  wrongBy = 0;
  await service.presence.run();
  expect(warned.slice(1)).toEqual(['The clock of this computer is right again.']);
  expect(await doctor()).not.toContain('workers');
});
