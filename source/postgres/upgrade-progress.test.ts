import { beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { writeSteady } from '../../test/support/steady-telemetry.ts';
import { addRollbackRow, beginRow, endRow, putWorker, stepRow } from '../../test/support/upgrade-rows.ts';
import { aRequest, useUpgradeWorld } from '../../test/support/upgrades.ts';
import { approveUpgrade } from '../upgrades/decide.ts';
import { requestUpgrades } from '../upgrades/request.ts';
import { listKeptConfigurations, readStepEvidence } from './upgrade-evidence.ts';
import { holdOfUpgrade } from './upgrade-hold.ts';
import { progressOfUpgrades } from './upgrade-progress.ts';
import { workerOfUpgrade } from './upgrade-worker.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
let [running, failed, waiting] = ['', '', ''];

beforeAll(async () => {
  const { telemetry, seed, services, as } = world();
  const { admin } = support;
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01', 'ams-edge-02', 'ams-core-01']);
  const request = async (hostname: string, image: string): Promise<string> => {
    const { upgrades } = await requestUpgrades(services, as.ben, aRequest([hostname], image));
    const id = upgrades[0]?.upgradeId ?? '';
    await approveUpgrade(services, as.ana, id);
    return id;
  };
  running = await request('ams-edge-01', seed.images.mx);
  failed = await request('ams-edge-02', seed.images.mx);
  waiting = await request('ams-core-01', seed.images.asr);
  await putWorker(admin);
  await beginRow(admin, running);
  await stepRow(admin, running, 'precheck', 'success');
  await stepRow(admin, running, 'backup_config', 'running');
  await admin`UPDATE upgrade_queue SET slot_at = now() WHERE upgrade_id = ${running}`;
  await admin`UPDATE upgrade_steps SET evidence = '{"a": 1}' WHERE upgrade_id = ${running} AND name = 'precheck'`;
  await admin`
    INSERT INTO config_backups (organization_id, upgrade_id, moment, encrypted_data, encryption_key_id)
    VALUES (${seed.acme.id}, ${running}, 'before', '\\x00', 'k')`;
  await beginRow(admin, failed);
  await addRollbackRow(admin, failed);
  await stepRow(admin, failed, 'activate', 'failed');
  await endRow(admin, failed, 'failed', 'It went wrong.');
});

describe('how far upgrades are', () => {
  it('is the step that runs, failed or is next, of those that are ordinary', async () => {
    const progress = await progressOfUpgrades(world().scope, [running, failed, waiting]);
    expect(progress).toEqual(
      new Map([
        [running, { step: 'backup_config', position: 2, steps: 12, percent: 8 }],
        [failed, { step: 'activate', position: 7, steps: 12, percent: 0 }],
        [waiting, { step: 'precheck', position: 1, steps: 12, percent: 0 }],
      ]),
    );
    expect(await progressOfUpgrades(world().scope, [])).toEqual(new Map());
  });

  it('comes with the worker that has it, what it waits for and what it found', async () => {
    const { scope } = world();
    expect(await workerOfUpgrade(scope, running)).toEqual({ host: 'noc-w2', pid: 4711, alive: true });
    expect(await workerOfUpgrade(scope, waiting)).toBeNull();
    expect(await holdOfUpgrade(scope, waiting)).toEqual({ limit: 'site', most: 1, hostnames: ['ams-edge-01'] });
    expect(await holdOfUpgrade(scope, running)).toBeNull();
    expect(await readStepEvidence(scope, running)).toEqual(new Map([['precheck', { a: 1 }]]));
    expect(await listKeptConfigurations(scope, running)).toMatchObject([{ moment: 'before' }]);
  });

  it('is not for another organization', async () => {
    const { database, seed } = world();
    const globex = database.organization(seed.globex.id);
    expect(await progressOfUpgrades(globex, [running, failed])).toEqual(new Map());
    expect(await workerOfUpgrade(globex, running)).toBeNull();
    expect(await holdOfUpgrade(globex, waiting)).toBeNull();
    expect(await readStepEvidence(globex, running)).toEqual(new Map());
    expect(await listKeptConfigurations(globex, running)).toEqual([]);
  });

  it('waits for the organization where that is the limit', async () => {
    const { scope, seed } = world();
    await support.admin`
      INSERT INTO upgrade_limits (organization_id, per_site, per_organization) VALUES (${seed.acme.id}, NULL, 1)`;
    expect(await holdOfUpgrade(scope, waiting)).toMatchObject({ limit: 'organization', most: 1 });
    await support.admin`UPDATE upgrade_limits SET per_organization = 2`;
    expect(await holdOfUpgrade(scope, waiting)).toBeNull();
  });
});
