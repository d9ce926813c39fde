import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Platform, PLATFORMS } from '../source/model/platform.ts';
import { findForReal } from '../source/upgrades/dry-run/for-real.ts';
import { type Step, StepFailed } from '../source/upgrades/engine/step.ts';
import { requestUpgrades } from '../source/upgrades/request.ts';
import { STEPS } from '../source/upgrades/steps/all.ts';
import { DEAF, HARMLESS, imagesFrom, imageServer, stateOf } from './support/dry-run.ts';
import { useDatabase } from './support/postgres.ts';
import { writeSteady } from './support/steady-telemetry.ts';
import { LAB, useUpgradeLab } from './support/upgrade-lab.ts';
import { aRequest } from './support/upgrades.ts';

const test = useDatabase();
const lab = useUpgradeLab(test);

const EDGES = ['ams-edge-01', 'ams-edge-02'];
async function dryRun(platform: Platform): Promise<string> {
  const { services, as, seed } = lab().world;
  const { router, image } = LAB[platform];
  const request = aRequest([router], seed.images[image], { dryRun: true });
  const { upgrades, dryRun: is } = await requestUpgrades(services, as.ben, request);
  expect(is).toBe(true);
  return upgrades[0]?.upgradeId ?? '';
}

interface StepRow {
  readonly name: string;
  readonly status: string;
  readonly attempt: number;
  readonly detail: string | null;
}

async function stepsOf(id: string): Promise<ReadonlyMap<string, StepRow>> {
  const rows = await test.admin<StepRow[]>`
    SELECT name, status, attempt, detail FROM upgrade_steps WHERE upgrade_id = ${id} ORDER BY position`;
  return new Map(rows.map((row) => [row.name, row]));
}

async function sizeOf(platform: Platform): Promise<number> {
  const [row] = await test.admin<{ size: string }[]>`
    SELECT size_bytes::text AS size FROM firmware_images WHERE id = ${lab().world.seed.images[LAB[platform].image]}`;
  return Number(row?.size);
}

describe.each(PLATFORMS)('a dry-run of %s', (platform) => {
  it('needs no approval, looks at everything, and changes nothing on the device', async () => {
    const device = await lab().device(platform);
    const before = stateOf(device);
    const url = await imageServer(await sizeOf(platform));
    const id = await dryRun(platform);
    lab().worker(imagesFrom(url));
    expect(await lab().ends(id)).toBe('success');
    expect((await lab().status(id)).outcome).toMatch(
      /^Dry-run: nothing stands in the way of \S+ to \S+\. The device was not changed and runs \S+ as before\.$/u,
    );
    expect(stateOf(device)).toEqual(before);
    const { commands } = device.machine.counters;
    expect(commands.length).toBeGreaterThan(5);
    expect(commands.filter((line) => !HARMLESS.test(line))).toEqual([]);
    const steps = await stepsOf(id);
    expect([...steps.values()].map(({ name, status, attempt }) => `${name} ${status} ${attempt}`)).toEqual([
      'precheck success 1',
      'backup_config success 1',
      'stage_image skipped 1',
      'verify_image skipped 1',
      'preflight_gate success 1',
      'save_config skipped 0',
      'activate skipped 0',
      'reboot_wait skipped 0',
      'verify_version skipped 0',
      'postcheck skipped 0',
      'commit skipped 0',
      'cleanup skipped 0',
    ]);
    expect(steps.get('stage_image')?.detail).toMatch(
      /^Would copy \S+ \(\d+ MB\) from http:\/\/127\.0\.0\.1:\d+\/images\. On the device \d+ MB are free and \d+ MB are needed\.$/u,
    );
    expect(steps.get('postcheck')?.detail).toMatch(
      /^Would compare with what precheck found: \d+ interfaces? up, \d+ BGP/u,
    );
    const [router] = await test.admin<{ current_ver: string }[]>`
      SELECT current_ver FROM routers WHERE id = ${LAB[platform].router} AND organization_id = ${lab().world.seed.acme.id}`;
    expect(router?.current_ver).toBe(LAB[platform].device.version);
    const kept = await test.admin`SELECT moment FROM config_backups WHERE upgrade_id = ${id}`;
    expect(kept.map(({ moment }) => moment)).toEqual(['before']);
  });
});

describe('a dry-run', () => {
  it('counts in no figure of upgrades, and is in the audit trail as what it is', async () => {
    await lab().device('eos');
    const id = await dryRun('eos');
    lab().worker(DEAF);
    expect(await lab().ends(id)).toBe('success');
    expect((await lab().status(id)).outcome).toContain(
      'The image server 127.0.0.1:1 could not be asked from this worker',
    );
    expect(await test.admin`SELECT FROM upgrade_success_rate WHERE router_id = ${LAB.eos.router}`).toHaveLength(0);
    expect(await test.admin`SELECT FROM upgrade_points WHERE upgrade_id = ${id}`).toHaveLength(0);
    const trail = await test.admin<{ action: string; after: unknown }[]>`
      SELECT action, after FROM audit_events WHERE upgrade_id = ${id} AND action IN ('upgrade.request', 'upgrade.success')
      ORDER BY seq`;
    expect(trail).toMatchObject([
      { action: 'upgrade.request', after: { dryRun: true, status: 'scheduled' } },
      { action: 'upgrade.success', after: { dryRun: true } },
    ]);
  });

  it('fails where the image is not, or has another size', async () => {
    await lab().device('junos');
    const missing = await dryRun('junos');
    const worker = lab().worker(imagesFrom(await imageServer(null)));
    expect(await lab().ends(missing)).toBe('failed');
    expect((await lab().status(missing)).outcome).toMatch(
      /^Dry-run: stage_image: The image server 127\.0\.0\.1:\d+ does not have \S+\. The device was not changed\.$/u,
    );
    await worker.stop();
    const other = await dryRun('junos');
    lab().worker(imagesFrom(await imageServer(7)));
    expect(await lab().ends(other)).toBe('failed');
    expect((await lab().status(other)).outcome).toMatch(/has 7 bytes, not \d+\. The device was not changed\.$/u);
  });

  it('verifies an image that is on the device already, and leaves it there whatever it is', async () => {
    const [image] = await test.admin<{ name: string; version: string; sha256: string; sha512: string }[]>`
      SELECT file_name AS name, version, sha256, sha512 FROM firmware_images WHERE id = ${lab().world.seed.images.dcs}`;
    if (image === undefined) throw new Error('the seed has no image');
    const file = { ...image, sizeBytes: await sizeOf('eos'), changedAt: new Date() };
    await lab().device('eos', { files: [file] });
    const right = await dryRun('eos');
    const worker = lab().worker(DEAF);
    expect(await lab().ends(right)).toBe('success');
    expect((await stepsOf(right)).get('stage_image')?.detail).toContain('is there already: nothing would be copied.');
    expect((await stepsOf(right)).get('verify_image')).toMatchObject({
      status: 'success',
      detail: 'sha512 of the image that is there fits.',
    });
    await worker.stop();
    const wrong = { ...file, sha512: 'c'.repeat(128) };
    const { machine } = await lab().device('eos', { files: [wrong] });
    const other = await dryRun('eos');
    lab().worker(DEAF);
    expect(await lab().ends(other)).toBe('failed');
    expect((await lab().status(other)).outcome).toMatch(/has the sha512 c{16}…, not b{16}…\. Remove it\./u);
    expect(machine.flash.find(file.name)).toMatchObject({ sha512: wrong.sha512 });
  });

  it('says that there is no room, and what a gate finds, without holding the router', async () => {
    const { telemetry, seed } = lab().world;
    await lab().device('ios-xe', { faults: { flash_full: true } });
    const full = await dryRun('ios-xe');
    const worker = lab().worker(DEAF);
    expect(await lab().ends(full)).toBe('success');
    expect((await lab().status(full)).outcome).toContain('On the device 0 MB are free');
    expect((await lab().status(full)).outcome).toContain('the device would be cleaned up first');
    await worker.stop();
    const gated = await dryRun('ios-xe');
    await writeSteady(telemetry, seed.acme.id, [LAB['ios-xe'].router], { criticalErrors: 7 });
    lab().worker(DEAF);
    // What would hold an upgrade is what a dry-run finds: nobody has to resume or cancel it.
    expect(await lab().ends(gated)).toBe('failed');
    expect((await lab().status(gated)).outcome).toMatch(/^Dry-run: preflight_gate: Critical errors in 2 h: 7/u);
  });

  it('is not taken to a step that changes the device by an engine that is wrong', async () => {
    const device = await lab().device('eos');
    const id = await dryRun('eos');
    const [, , , , gate, , activate] = STEPS;
    if (gate === undefined || activate === undefined) throw new Error('the steps are not those that the test knows');
    // A step that does in a dry-run what it does for real, as a defect would.
    const broken: Step = {
      ...gate,
      async dryRun(context) {
        const reached = await context.device();
        expect(Object.keys(reached)).not.toContain('activate');
        if ('declare' in context && typeof context.declare === 'function') await context.declare({ at: 1 });
        throw new StepFailed('It was let through.');
      },
    };
    const errors: string[] = [];
    lab().worker({
      ...DEAF,
      steps: STEPS.map((step) => (step === gate ? broken : step)),
      onTrouble: (error) => errors.push(String(error)),
    });
    await expect
      .poll(async () => (await stepsOf(id)).get('preflight_gate')?.attempt ?? 0, { timeout: 20_000 })
      .toBeGreaterThan(0);
    expect((await stepsOf(id)).get('activate')).toMatchObject({ status: 'pending', attempt: 0 });
    expect(device.machine.counters).toMatchObject({ reloads: 0, copies: 0, activations: 0 });
  });

  it('is refused by the database what only an upgrade for real may', async () => {
    const id = await dryRun('eos');
    const { seed } = lab().world;
    const refused = /a dry-run does not come to/u;
    await expect(
      test.admin`UPDATE upgrade_steps SET status = 'running', attempt = 1 WHERE upgrade_id = ${id} AND name = 'activate'`,
    ).rejects.toThrow(refused);
    await expect(
      test.admin`UPDATE upgrade_steps SET intent = '{"at": 1}' WHERE upgrade_id = ${id} AND name = 'precheck'`,
    ).rejects.toThrow(refused);
    await expect(
      test.admin`INSERT INTO upgrade_steps (organization_id, upgrade_id, position, name)
        VALUES (${seed.acme.id}, ${id}, 13, 'rollback')`,
    ).rejects.toThrow(refused);
    await expect(test.admin`UPDATE upgrades SET dry_run = false WHERE id = ${id}`).rejects.toThrow(
      'what was requested cannot be changed',
    );
    await expect(
      test.admin`UPDATE upgrades SET approved_by = ${seed.ana.id}, approved_at = now() WHERE id = ${id}`,
    ).rejects.toThrow('upgrades_dry_run_unapproved');
    const { services, as } = lab().world;
    await test.admin`UPDATE upgrades SET status = 'cancelled' WHERE id = ${id}`;
    const { upgrades } = await requestUpgrades(services, as.ben, aRequest([LAB.eos.router], seed.images.dcs));
    const real = upgrades[0]?.upgradeId ?? '';
    await expect(test.admin`UPDATE upgrades SET status = 'scheduled' WHERE id = ${real}`).rejects.toThrow(
      'an upgrade cannot go from pending to scheduled',
    );
  });

  it('takes no slot, and comes after what is for real', async () => {
    const { services, as, seed, telemetry } = lab().world;
    const site = aRequest(EDGES, seed.images.mx, { dryRun: true });
    await writeSteady(telemetry, seed.acme.id, EDGES);
    await requestUpgrades(services, as.ben, site);
    const real = await lab().approved('ios-xe');
    const claimed = await test.admin<{ upgrade_id: string }[]>`
      SELECT upgrade_id FROM claim_upgrades(${randomUUID()}, 10, interval '1 minute', interval '1 second')`;
    // One at a site is the limit: all three are at the same one.
    expect(claimed).toHaveLength(3);
    expect(claimed[0]?.upgrade_id).toBe(real);
    const slots = await test.admin<{ upgrade_id: string }[]>`
      SELECT upgrade_id::text FROM upgrade_queue WHERE slot_at IS NOT NULL`;
    expect(slots.map(({ upgrade_id }) => upgrade_id)).toEqual([real]);
    // Their worker is gone: another takes them over, though they never had a slot.
    await test.admin`UPDATE upgrade_queue SET lease_expires_at = now() - interval '1 minute'`;
    const again = await test.admin<{ epoch: string }[]>`
      SELECT epoch FROM claim_upgrades(${randomUUID()}, 10, interval '1 minute', interval '1 second')`;
    expect(again.map(({ epoch }) => epoch)).toEqual(['2', '2', '2']);
  });

  it('that went well is what to request for real: routers, images, time, waves and the change', async () => {
    const { services, as, seed, scope, telemetry } = lab().world;
    await writeSteady(telemetry, seed.acme.id, EDGES);
    const plan = {
      waves: [
        { kind: 'count', count: 1 },
        { kind: 'percent', upTo: 100 },
      ],
      pauseMinutes: 5,
      successRate: 90,
      stopAfter: 2,
      approveWaves: true,
    } as const;
    const schedule = { kind: 'at', at: new Date(Date.now() + 86_400_000) } as const;
    const change = { dryRun: true, plan, schedule, changeReference: 'CHG1' };
    const request = aRequest(EDGES, seed.images.mx, change);
    const { upgrades } = await requestUpgrades(services, as.ben, request);
    // The same key for real is another request, and must not be taken for this one.
    await expect(requestUpgrades(services, as.ben, { ...request, dryRun: false })).rejects.toThrow(
      'This confirmation was used for another request already',
    );
    const [first, second] = upgrades.map(({ upgradeId }) => upgradeId);
    if (first === undefined || second === undefined) throw new Error('there are two');
    await expect(findForReal(scope, first)).rejects.toThrow('only one that went well is requested for real');
    const due =
      await test.admin`SELECT FROM upgrade_queue WHERE upgrade_id IN (${first}, ${second}) AND due_at <= now()`;
    // The time and the waves are for what changes something.
    expect(due).toHaveLength(2);
    await test.admin`UPDATE upgrades SET status = 'running' WHERE id IN (${first}, ${second})`;
    await test.admin`UPDATE upgrades SET status = 'success' WHERE id IN (${first}, ${second})`;
    const found = await findForReal(scope, second);
    expect(found).toMatchObject({ changeReference: 'CHG1', schedule, leftOut: [] });
    expect(found.upgrades.map(({ routerId }) => routerId)).toEqual(EDGES);
    expect(found.plan).toEqual({ ...plan, waves: [1, 1].map((count) => ({ kind: 'count', count })) });
  });
});
