import { beforeEach, describe, expect, it } from 'vitest';
import { startCuttingProxy } from '../../../../test/support/cutting-proxy.ts';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import {
  addRollbackRow,
  beginRow,
  checkRows,
  endRow,
  putWorker,
  removeWorker,
  stepRow,
} from '../../../../test/support/upgrade-rows.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { openDatabase } from '../../../postgres/database.ts';
import { approveUpgrade } from '../../../upgrades/decide.ts';
import { requestUpgrades } from '../../../upgrades/request.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
let id = '';

type Terminal = ReturnType<typeof start>;
const open = (setup: Parameters<typeof start>[0] = {}): Terminal =>
  start({ ...setup, context: { ...setup.context, openAt: { upgrade: id } } });
const small = { columns: 80, rows: 24 } as const;

beforeEach(async () => {
  const { telemetry, seed, services, as } = world();
  await forgetUpgrades(support.admin);
  await putWorker(support.admin);
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01', 'ams-edge-02']);
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.mx));
  id = upgrades[0]?.upgradeId ?? '';
});

/** Approved, and at its third step. */
async function begin(): Promise<void> {
  const { services, as } = world();
  await approveUpgrade(services, as.ana, id);
  await beginRow(support.admin, id);
  await stepRow(support.admin, id, 'precheck', 'success', { detail: '9 checks pass on ams-edge-01.' });
  await stepRow(support.admin, id, 'backup_config', 'success', { detail: '48,211 bytes kept.', seconds: 7 });
  await stepRow(support.admin, id, 'stage_image', 'running', { seconds: 134, attempt: 2 });
}

describe('an upgrade that runs', () => {
  it('shows its steps, their times, its worker, and moves on as the worker does, in 80 by 24', async () => {
    await begin();
    const terminal = open(small);
    await terminal.waitFor(/^ ams-edge-01 .*▶ running$/mu);
    await terminal.waitFor(/^ step 3 of 12 · running for 5:\d\d · worker noc-w2\/4711$/mu);
    await terminal.waitFor(/✔ precheck +0:12 {2}9 checks pass on ams-edge-01\.$/mu);
    await terminal.waitFor(/✔ backup_config +0:07 {2}48,211 bytes kept\.$/mu);
    await terminal.waitFor(/▶ stage_image +2:1\d {2}attempt 2$/mu);
    await terminal.waitFor(/· verify_image$/mu);
    await terminal.waitFor(/▶ stage_image +2:(?!14)\d\d/u);
    await stepRow(support.admin, id, 'stage_image', 'success', { detail: 'junos.tgz copied.', seconds: 140 });
    await stepRow(support.admin, id, 'verify_image', 'running', { seconds: 0 });
    await terminal.waitFor(/✔ stage_image +2:20 {2}junos\.tgz copied\./u);
    await terminal.waitFor(/^ step 4 of 12 /mu);
    expect(terminal.screen().at(-1)).toMatch(/x cancel {2}p pause {2}o output {2}↵ router/u);
  });

  it('says what was checked, with what to do about what does not pass, down to the last line', async () => {
    await begin();
    const pass = { expected: '21.4R3-S5', actual: '21.4R3-S5', status: 'pass', action: '' } as const;
    await checkRows(support.admin, id, 'pre', [{ ...pass, name: 'running version' }]);
    await checkRows(support.admin, id, 'post', [
      {
        name: 'BGP sessions',
        expected: 'as before: 10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4',
        actual: '10.0.0.1 and 10.0.0.2 are established, 10.0.0.3 is not',
        status: 'fail',
        action: 'Look at the neighbours\u001b[31m that are missing.',
      },
    ]);
    await stepRow(support.admin, id, 'stage_image', 'running');
    const terminal = open(small);
    await terminal.waitFor('▶ stage_image');
    await terminal.waitFor(
      /CHECKS +before it began: 1 of 1 pass\n +✔ running version +21\.4R3-S5 {2}must be 21\.4R3-S5/u,
    );
    await terminal.press('pgdn');
    await terminal.waitFor(/CHECKS +after it came back: 0 of 1 pass\n +✖ BGP sessions\n/u);
    await terminal.waitFor('     found 10.0.0.1 and 10.0.0.2 are established, 10.0.0.3 is not');
    await terminal.waitFor('     must be as before: 10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4');
    await terminal.waitFor('     Look at the neighbours that are missing.');
    await terminal.press('pgdn', 'pgdn', 'pgdn');
    await terminal.waitFor(/upgrade\.request +ben \(operator\)/u);
  });

  it('is paused and resumed with p, by the permissions', async () => {
    await begin();
    const ben = open({ who: 'ben' });
    await ben.waitFor('p pause');
    await ben.press('p');
    await ben.waitFor(`Pause upgrade ${id}`);
    await ben.press('enter');
    await ben.waitFor(`Upgrade ${id} of ams-edge-01 pauses before its next step.`);
    await ben.waitFor('▶ pausing');
    await ben.waitFor('‖ It pauses before its next step');
    await endRow(support.admin, id, 'paused', 'Paused.');
    await ben.waitFor(/^ ‖ Paused\.$/mu);
    const cy = open({ who: 'cy' });
    await cy.waitFor('‖ Paused.');
    expect(cy.screen().at(-1)).not.toMatch(/p resume/u);
    await cy.press('p');
    await cy.waitFor('cannot be resumed: only its requester or an approver may resume it.');
    await ben.press('p');
    await ben.waitFor(`Resume upgrade ${id}`);
    await ben.press('enter');
    await ben.waitFor(`Upgrade ${id} of ams-edge-01 goes on.`);
    await ben.waitFor('▶ running');
  });

  it('is cancelled before its next step, but not past the point of no return', async () => {
    await begin();
    const terminal = open();
    await terminal.waitFor('x cancel');
    await terminal.press('x');
    await terminal.waitFor('It runs: it is cancelled before its next step');
    await terminal.press('enter');
    await terminal.waitFor('– It is cancelled before its next step');
    await support.admin`UPDATE upgrade_steps SET intent = '{}' WHERE upgrade_id = ${id} AND name = 'activate'`;
    await support.admin`UPDATE upgrades SET wanted = NULL WHERE id = ${id}`;
    await terminal.waitForGone('cancelled before its next step,');
    await terminal.waitForGone('x cancel');
    expect(terminal.screen().at(-1)).not.toMatch(/p pause/u);
    await terminal.press('x');
    await terminal.waitFor(/Upgrade \d+ cannot be cancelled: its device was told to go down, so it is finished or/u);
    await terminal.press('p');
    await terminal.waitFor(/Upgrade \d+ cannot be paused: its device was told to go down, so it is finished or/u);
    expect(terminal.text()).not.toMatch(/Cancel upgrade|Pause upgrade/u);
  });

  it('is taken back by r and the host name, once its device was told to go down', async () => {
    await begin();
    const terminal = open();
    await terminal.waitFor('▶ stage_image');
    await terminal.press('r');
    await terminal.waitFor('its device was not told to go down yet, so it can be cancelled');
    await stepRow(support.admin, id, 'stage_image', 'success', {});
    await support.admin`UPDATE upgrade_steps SET intent = '{}' WHERE upgrade_id = ${id} AND name = 'activate'`;
    await stepRow(support.admin, id, 'postcheck', 'running', { seconds: 9 });
    await terminal.waitFor('▶ postcheck');
    await terminal.press('r');
    await terminal.waitFor(`Roll upgrade ${id} back`);
    await terminal.press('enter');
    await terminal.waitFor('✖ This is not ams-edge-01.');
    await terminal.type('ams-edge-01\r');
    await terminal.waitFor(`Upgrade ${id} of ams-edge-01 is taken back before its next step.`);
    await terminal.waitFor('▶ rolling back');
    await terminal.waitFor('↩ Its device is taken back before its next step, as somebody asked.');
    expect(await support.admin`SELECT status, wanted FROM upgrades`).toEqual([
      { status: 'running', wanted: 'rollback' },
    ]);
  });

  it('says so when nobody carries it out', async () => {
    await begin();
    await support.admin`UPDATE upgrade_queue SET lease_expires_at = now() - interval '1 second' WHERE upgrade_id = ${id}`;
    const terminal = open();
    await terminal.waitFor('Its worker on noc-w2 is silent: another goes on with it.');
    await removeWorker(support.admin);
    await terminal.waitFor('No worker is connected: it stands where it is until one is.');
  });

  it('has no keys that change it in read-only mode', async () => {
    await begin();
    const terminal = open({ context: { readOnly: true } });
    await terminal.waitFor('▶ stage_image');
    await terminal.press('p', 'x', 't', 'z');
    await terminal.waitFor(/begun +.* UTC/u);
    expect(terminal.text()).not.toMatch(/p pause|Pause upgrade|Cancel upgrade|cannot be/u);
  });
});

describe('an upgrade that did not go well', () => {
  const outcome = 'stage_image: The device has no room. Remove files. The device still runs 21.4R3-S5.';

  it('says why, and is retried from there by the host name', async () => {
    await begin();
    await support.admin`UPDATE upgrade_steps SET status = 'skipped' WHERE upgrade_id = ${id} AND status = 'pending'`;
    await stepRow(support.admin, id, 'stage_image', 'failed', { detail: 'The device has no room. Remove files.' });
    await endRow(support.admin, id, 'failed', outcome);
    const terminal = open(small);
    await terminal.waitFor(
      /^ ✖ stage_image: The device has no room\. Remove files\. The device still runs\n +21\.4R3-S5\.$/mu,
    );
    await terminal.waitFor(/STEPS +2 of 12 done$/mu);
    await terminal.waitFor(/✖ stage_image +0:12 {2}see above$/mu);
    expect(terminal.screen().at(-1)).toMatch(/t retry/u);
    await terminal.press('t');
    await terminal.waitFor(`Retry upgrade ${id}`);
    await terminal.press('enter');
    await terminal.waitFor('✖ This is not ams-edge-01.');
    await terminal.type('ams-edge-01\r');
    await terminal.waitFor(`Upgrade ${id} of ams-edge-01 goes on.`);
    await terminal.waitFor(/· stage_image/u);
    await terminal.waitFor('▶ running');
    expect(await support.admin`SELECT status, outcome FROM upgrades`).toEqual([{ status: 'running', outcome: null }]);
  });

  it('is taken back before the eyes', async () => {
    await begin();
    const terminal = open();
    await terminal.waitFor('▶ stage_image');
    await stepRow(support.admin, id, 'verify_version', 'failed', { detail: 'It runs 21.4R3-S5.' });
    await support.admin`
      UPDATE upgrade_steps SET status = 'skipped' WHERE upgrade_id = ${id} AND status IN ('pending', 'running')`;
    await addRollbackRow(support.admin, id);
    await stepRow(support.admin, id, 'rollback', 'running', { seconds: 0 });
    await terminal.waitFor(/^ is taken back · running for/mu);
    await terminal.waitFor(/▶ rollback +0:0\d/u);
    await stepRow(support.admin, id, 'rollback', 'success', { detail: 'The device was taken back: 21.4R3-S5.' });
    await endRow(support.admin, id, 'rolled_back', 'Rolled back to 21.4R3-S5, because verify_version failed.');
    await terminal.waitFor('↩ Rolled back to 21.4R3-S5, because verify_version failed.');
    await terminal.waitFor(/It took 5:\d\d\./u);
    await terminal.waitFor('↩ rolled back');
  });
});

describe('what an approval leads to', () => {
  it.each([
    [20, 3, 'A worker begins it at once'],
    [2, 2, 'Workers are busy with 2 upgrades: one begins it when it can.'],
  ])('is said before and after: %i places, %i taken', async (slots, busy, sentence) => {
    await putWorker(support.admin, slots, busy);
    const terminal = open();
    await terminal.waitFor('◌ waits for approval');
    // The workers were counted: the dialog says what they do.
    await terminal.press('a');
    await terminal.waitFor(sentence);
    await terminal.type('ams-edge-01\r');
    await terminal.waitFor(`Upgrade ${id} of ams-edge-01 is approved. ${sentence}`);
    await terminal.waitFor(new RegExp(`✔ approved\\n ${sentence}`, 'u'));
    expect(terminal.text()).not.toContain('No worker');
  });

  it('is said with the limit that holds it back, and whose turn it is', async () => {
    const { seed, services, as } = world();
    const { upgrades } = await requestUpgrades(services, as.ben, aRequest(['ams-edge-02'], seed.images.mx));
    const first = upgrades[0]?.upgradeId ?? '';
    await approveUpgrade(services, as.ana, first);
    await support.admin`UPDATE upgrade_queue SET slot_at = now() WHERE upgrade_id = ${first}`;
    await approveUpgrade(services, as.ana, id);
    const terminal = open(small);
    await terminal.waitFor('It waits for ams-edge-02: one upgrade at a time runs at its site.');
    await support.admin`UPDATE upgrade_queue SET redundancy_group = 'ams-pair'`;
    await support.admin`UPDATE upgrades SET change_reference = 'CHG-1' WHERE id = ${id}`;
    await terminal.waitFor('It waits for ams-edge-02, which stands in for it.');
    await support.admin`UPDATE upgrade_queue SET slot_at = NULL`;
    await support.admin`UPDATE upgrades SET change_reference = 'CHG-2' WHERE id = ${id}`;
    await terminal.waitFor('A worker begins it at once.');
    await support.admin`
      INSERT INTO blackouts (organization_id, site_id, starts_at, ends_at, reason, created_by)
      VALUES (${seed.acme.id}, NULL, now() - interval '1 hour', '2099-12-27', 'holidays', ${seed.ana.id})`;
    await support.admin`UPDATE upgrades SET change_reference = 'CHG-3' WHERE id = ${id}`;
    await terminal.waitFor('It waits: a blackout lasts until 2099-12-27 00:00 UTC (holidays).');
    await support.admin`DELETE FROM blackouts`;
  });

  it('is not said while PostgreSQL does not answer', { timeout: 60_000 }, async () => {
    const { services, as } = world();
    await approveUpgrade(services, as.ana, id);
    const proxy = await startCuttingProxy(support.settings('app_user'));
    const database = openDatabase({ ...support.settings('app_user'), port: proxy.port });
    const terminal = open({ context: { database } });
    await terminal.waitFor('A worker begins it at once.');
    await proxy.cut();
    await terminal.waitForGone('A worker begins it');
    expect(terminal.text()).toMatch(/PostgreSQL does not answer: as of \d+ s ago\./u);
    expect(terminal.text()).not.toContain('No worker');
    await proxy.mend();
    await terminal.waitFor('A worker begins it at once.');
    await terminal.press('ctrl+c');
    await database.close();
    await proxy.stop();
  });
});
