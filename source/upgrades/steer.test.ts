import { beforeEach, describe, expect, it } from 'vitest';
import { forgetUpgrades, useDatabase } from '../../test/support/postgres.ts';
import { writeSteady } from '../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../test/support/upgrades.ts';
import { approveUpgrade, cancelUpgrade } from './decide.ts';
import { requestUpgrades } from './request.ts';
import { pauseUpgrade, resumeUpgrade, retryUpgrade, rollBackUpgrade } from './steer.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
const POINT = 'its device was told to go down, so it is finished or taken back';

beforeEach(async () => {
  await forgetUpgrades(test.admin);
  await writeSteady(world().telemetry, world().seed.acme.id, ['ams-edge-01']);
});

/** An approved upgrade of ben's, as a worker would have made it. */
async function upgradeThatIs(status: string, activated = false): Promise<string> {
  const { services, as, seed } = world();
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.mx));
  const id = upgrades[0]?.upgradeId ?? '';
  await approveUpgrade(services, as.ana, id);
  for (const next of status === 'running' ? ['running'] : ['running', status]) {
    await test.admin`UPDATE upgrades SET status = ${next} WHERE id = ${id}`;
  }
  if (activated)
    await test.admin`UPDATE upgrade_steps SET intent = '{}' WHERE upgrade_id = ${id} AND name = 'activate'`;
  return id;
}

async function row(id: string): Promise<unknown> {
  const [upgrade] = await test.admin`SELECT status, wanted FROM upgrades WHERE id = ${id}`;
  return { ...upgrade };
}

async function actions(id: string): Promise<readonly string[]> {
  const rows = await test.admin<{ action: string }[]>`
    SELECT action FROM audit_events WHERE upgrade_id = ${id} AND action NOT IN ('upgrade.request', 'upgrade.approve') ORDER BY seq`;
  return rows.map(({ action }) => action);
}

describe('steering an upgrade that was begun', () => {
  it('asks the worker to pause, once, and lets it go on', async () => {
    const { services, as } = world();
    const id = await upgradeThatIs('running');
    expect(await pauseUpgrade(services, as.ben, id)).toMatchObject({ status: 'pausing', repeated: false });
    expect(await pauseUpgrade(services, as.ben, id)).toMatchObject({ status: 'pausing', repeated: true });
    expect(await row(id)).toEqual({ status: 'running', wanted: 'pause' });
    await expect(resumeUpgrade(services, as.ben, id)).rejects.toThrow('it is running, so it cannot be resumed');
    await test.admin`UPDATE upgrades SET status = 'paused', wanted = NULL WHERE id = ${id}`;
    expect(await resumeUpgrade(services, as.ana, id)).toMatchObject({ status: 'running' });
    expect(await row(id)).toEqual({ status: 'running', wanted: null });
    expect(await actions(id)).toEqual(['upgrade.pause', 'upgrade.resume']);
  });

  it('has the gates judged anew when it goes on, though they had passed', async () => {
    const { services, as } = world();
    const id = await upgradeThatIs('paused');
    await test.admin`UPDATE upgrade_steps SET status = 'success' WHERE upgrade_id = ${id} AND position <= 6`;
    await resumeUpgrade(services, as.ana, id);
    const rows = await test.admin<{ name: string }[]>`
      SELECT name FROM upgrade_steps WHERE upgrade_id = ${id} AND position <= 6 AND status = 'pending'`;
    expect(rows.map(({ name }) => name)).toEqual(['preflight_gate']);
  });

  it('asks the worker to cancel, and cancels itself what is paused', async () => {
    const { services, as } = world();
    const running = await upgradeThatIs('running');
    expect(await cancelUpgrade(services, as.ben, running, '')).toMatchObject({ status: 'cancelling' });
    expect(await row(running)).toEqual({ status: 'running', wanted: 'cancel' });
    await forgetUpgrades(test.admin);
    const paused = await upgradeThatIs('paused');
    expect(await cancelUpgrade(services, as.ana, paused, 'wrong night')).toMatchObject({ status: 'cancelled' });
    expect(await actions(paused)).toEqual(['upgrade.cancel']);
  });

  it('does neither once the device may have been told to go down', async () => {
    const { services, as } = world();
    const id = await upgradeThatIs('running', true);
    for (const steer of [pauseUpgrade, cancelUpgrade]) {
      await expect(steer(services, as.ana, id, '')).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining(POINT),
      });
    }
    expect(await row(id)).toEqual({ status: 'running', wanted: null });
    expect(await actions(id)).toEqual([]);
  });

  it('lets approvers retry what failed before that, from the step that failed', async () => {
    const { services, as } = world();
    const id = await upgradeThatIs('failed');
    await test.admin`UPDATE upgrade_steps SET status = 'success', started_at = now() WHERE upgrade_id = ${id} AND position < 3`;
    await test.admin`UPDATE upgrade_steps SET status = 'failed', started_at = now() WHERE upgrade_id = ${id} AND position = 3`;
    await test.admin`UPDATE upgrade_steps SET status = 'skipped' WHERE upgrade_id = ${id} AND position > 3`;
    await expect(retryUpgrade(services, as.ben, id)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await retryUpgrade(services, as.ana, id)).toMatchObject({ status: 'running' });
    const steps = await test.admin<{ status: string }[]>`
      SELECT status FROM upgrade_steps WHERE upgrade_id = ${id} ORDER BY position`;
    expect(steps.map(({ status }) => status)).toEqual([
      'success',
      'success',
      ...Array.from({ length: 10 }, () => 'pending'),
    ]);
  });

  it('retries nothing whose device was told to go down', async () => {
    const { services, as } = world();
    const id = await upgradeThatIs('failed', true);
    await expect(retryUpgrade(services, as.ana, id)).rejects.toMatchObject({ code: 'conflict' });
    expect(await row(id)).toEqual({ status: 'failed', wanted: null });
  });

  it('has the worker take a device back that was told to go down, until the new version is being kept', async () => {
    const { services, as } = world();
    const early = await upgradeThatIs('running');
    await expect(rollBackUpgrade(services, as.ben, early, 'why not')).rejects.toThrow(
      'its device was not told to go down yet, so it can be cancelled',
    );
    await test.admin`UPDATE upgrade_steps SET intent = '{}' WHERE upgrade_id = ${early} AND name = 'activate'`;
    await expect(rollBackUpgrade(services, as.cy, early, 'why not')).rejects.toMatchObject({ code: 'forbidden' });
    expect(await rollBackUpgrade(services, as.ben, early, 'customers call')).toMatchObject({ status: 'rolling_back' });
    expect(await rollBackUpgrade(services, as.ana, early, '')).toMatchObject({ repeated: true });
    expect(await row(early)).toEqual({ status: 'running', wanted: 'rollback' });
    const [event] = await test.admin<{ reason: string }[]>`
      SELECT reason FROM audit_events WHERE upgrade_id = ${early} AND action = 'upgrade.roll_back'`;
    expect(event?.reason).toBe('customers call');
    await forgetUpgrades(test.admin);
    const late = await upgradeThatIs('running', true);
    await test.admin`UPDATE upgrade_steps SET attempt = 1 WHERE upgrade_id = ${late} AND name = 'commit'`;
    await expect(rollBackUpgrade(services, as.ana, late, '')).rejects.toThrow('the new version is being kept for good');
    expect(await row(late)).toEqual({ status: 'running', wanted: null });
  });

  it('is not for viewers, nor for others than the requester and approvers', async () => {
    const { services, as } = world();
    const id = await upgradeThatIs('running');
    await expect(pauseUpgrade(services, as.cy, id)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await actions(id)).toEqual([]);
  });
});
