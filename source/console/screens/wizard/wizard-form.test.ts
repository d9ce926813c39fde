import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import type { TestTerminal } from '../../../../test/support/terminal.ts';
import { putWorker, removeWorker } from '../../../../test/support/upgrade-rows.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { chooseForReal } from '../../../../test/support/wizard-mode.ts';
import { writtenUpgrades } from '../../../../test/support/written-upgrades.ts';
import { requestUpgrades } from '../../../upgrades/request.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);

beforeEach(async () => {
  const { telemetry, seed } = world();
  await forgetUpgrades(support.admin);
  await writeSteady(telemetry, seed.acme.id, ['ams-core-01', 'ams-edge-01', 'ams-edge-02', 'fra-leaf-02']);
});

afterEach(async () => {
  await removeWorker(support.admin);
  await forgetUpgrades(support.admin);
  await support.admin`UPDATE routers SET target_ver = '17.12.03', current_ver = '17.09.04a' WHERE id = 'ams-core-01'`;
  await support.admin`DELETE FROM firmware_image_models WHERE image_id IN (
    SELECT id FROM firmware_images WHERE file_name LIKE 'other-%')`;
  await support.admin`DELETE FROM firmware_images WHERE file_name LIKE 'other-%'`;
});

async function addImage(version: string, isGolden: boolean): Promise<void> {
  const { vendors, models } = world().seed;
  await support.admin`WITH image AS (
      INSERT INTO firmware_images (vendor_id, version, file_name, size_bytes, sha256, is_golden, released_on)
      VALUES (${vendors.cisco}, ${version}, ${`other-${version}.bin`}, 1000000000, ${'b'.repeat(64)}, ${isGolden}, '2026-11-01')
      RETURNING id)
    INSERT INTO firmware_image_models (image_id, model_id) SELECT id, ${models.asr} FROM image`;
}

async function open(): Promise<TestTerminal> {
  const terminal = start({ who: 'ben', columns: 80, rows: 24 });
  await terminal.waitFor(/▌ +ams-core-01 .*✔/u);
  await terminal.type('u');
  await terminal.waitFor('(•) 17.12.03');
  return terminal;
}

async function toReview(terminal: TestTerminal): Promise<void> {
  await terminal.press('enter');
  await terminal.waitFor(/✔ Image/u);
  await terminal.press('enter');
  await terminal.waitFor('When may it start?');
  await chooseForReal(terminal);
  await terminal.press('enter');
  await terminal.waitFor('upgrade to request');
}

async function confirm(terminal: TestTerminal): Promise<void> {
  await terminal.press('enter');
  await terminal.waitFor('Type ams-core-01 to confirm');
  await terminal.type('ams-core-01\r');
}

describe('the form of the wizard', () => {
  it('takes the golden image of the target by itself, and another one when it is chosen', async () => {
    await addImage('17.12.04', false);
    await addImage('17.15.01', true);
    const terminal = await open();
    expect(terminal.text()).toMatch(/\( \) 17\.15\.01 +golden +1\.0 GB/u);
    await terminal.press('down', 'down', 'space');
    await terminal.waitFor('(•) 17.12.04');
    await terminal.press('enter');
    await terminal.waitFor('17.09.04a → 17.12.04');
    await terminal.press('esc');
    await terminal.waitFor('(•) 17.12.04');
    await toReview(terminal);
    await terminal.waitFor(`sha256 ${'b'.repeat(64)}`);
    await confirm(terminal);
    await terminal.waitFor('waits for approval');
    expect(await writtenUpgrades(support.admin)).toMatchObject([{ router_id: 'ams-core-01', version: '17.12.04' }]);
  });

  it('requests the image that was reviewed, also if a better one comes meanwhile', async () => {
    await support.admin`UPDATE routers SET target_ver = '17.15.01' WHERE id = 'ams-core-01'`;
    const terminal = await open();
    await toReview(terminal);
    await addImage('17.15.01', true);
    await support.admin`UPDATE routers SET current_ver = '17.09.04b' WHERE id = 'ams-core-01'`;
    await terminal.waitFor(/17\.09\.04b → 17\.12\.03/u);
    await confirm(terminal);
    await terminal.waitFor('waits for approval');
    expect(await writtenUpgrades(support.admin)).toMatchObject([{ version: '17.12.03' }]);
  });

  it('shows the start in site time and UTC, the gates, and what will be written', async () => {
    const terminal = await open();
    await terminal.press('enter');
    await terminal.waitFor(/✔ Image/u);
    expect(terminal.text()).toMatch(/judged (?:just now|\d+ s ago); over the 2 h before that/u);
    await terminal.press('enter');
    await terminal.waitFor('When may it start?');
    await terminal.press('down', 'tab');
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    await terminal.type(`${day} 12:00`);
    await terminal.press('tab', 'down');
    await terminal.waitFor('(•) run to the end');
    await terminal.press('enter');
    await terminal.waitFor('1 upgrade to request');
    expect(terminal.text()).toMatch(new RegExp(`start +\\w{3} ${day} 12:00 CES?T \\(in`, 'u'));
    expect(terminal.text()).toMatch(new RegExp(`\\w{3} ${day} 1[01]:00 UTC \\(in`, 'u'));
    expect(terminal.text()).toContain(`sha256 ${'a'.repeat(64)}`);
    expect(terminal.text()).toMatch(/gates +all 10 pass, judged/u);
    expect(terminal.text()).toMatch(/writes +an upgrade, its 12 steps and an audit row/u);
    await terminal.waitFor('Another operator has to approve. No worker is connected');
    expect(terminal.text()).toMatch(/ams-core-01 +ams +17\.09\.04a → 17\.12\.03/u);
  });

  it('says what becomes of the request where there is a worker', async () => {
    await putWorker(support.admin);
    const terminal = await open();
    await toReview(terminal);
    await terminal.waitFor('Another operator has to approve; then a worker begins it at once.');
    await terminal.press('enter');
    await terminal.waitFor('Type ams-core-01 to confirm');
    expect(terminal.text()).toContain('then a worker begins it at once.');
    expect(terminal.text()).not.toContain('No worker');
  });

  it('keeps a draft for each choice of routers', async () => {
    const terminal = await open();
    await terminal.press('enter');
    await terminal.waitFor(/✔ Image/u);
    await terminal.press('enter');
    await terminal.waitFor('When may it start?');
    await terminal.press('tab', 'tab');
    await terminal.type('CHG-ONE');
    await terminal.press('esc', 'esc', 'esc');
    await terminal.waitFor('READY');
    await terminal.type('ju');
    await terminal.waitFor('(•) 22.4R3-S2');
    await terminal.press('enter');
    await terminal.waitFor(/✔ Image/u);
    await terminal.press('enter');
    await terminal.waitFor('may be empty');
    expect(terminal.text()).not.toContain('CHG-ONE');
    await terminal.press('esc', 'esc', 'esc');
    await terminal.waitFor('READY');
    await terminal.type('ku');
    await terminal.waitFor('(•) 17.12.03');
    await terminal.press('enter');
    await terminal.waitFor(/✔ Image/u);
    await terminal.press('enter');
    await terminal.waitFor('CHG-ONE');
  });

  it('says what stands in the way of a single router, and sees it go', async () => {
    const { services, as, seed } = world();
    const terminal = await open();
    await requestUpgrades(services, as.ana, aRequest(['ams-core-01'], seed.images.asr));
    await terminal.waitFor(/this router cannot be upgraded:\n.*ams-core-01 +has upgrade \d+ already \(pending\)/u);
    await terminal.press('enter');
    await terminal.waitFor(/This router cannot be upgraded: it has upgrade \d+ already \(pending\)\./u);
    expect(terminal.text()).not.toContain('leave out');
    await forgetUpgrades(support.admin);
    await support.admin`UPDATE routers SET serial = 'S2' WHERE id = 'ams-core-01'`;
    await terminal.waitForGone('cannot be upgraded:\n');
    await terminal.press('enter');
    await terminal.waitFor(/✔ Image/u);
  });

  it('leaves a refused form as it is, and goes on when the reason is gone', async () => {
    const { telemetry, seed } = world();
    const terminal = await open();
    await toReview(terminal);
    await writeSteady(telemetry, seed.acme.id, ['ams-core-01'], { criticalErrors: 7 });
    await confirm(terminal);
    await terminal.waitFor(/✖ The router is blocked: ams-core-01 \(errors: 7/u);
    expect(await writtenUpgrades(support.admin)).toEqual([]);
    await terminal.press('esc', 'esc', 'esc');
    await terminal.waitFor(/✖ Critical errors in 2 h/u);
    await terminal.press('enter');
    await terminal.waitFor('A gate blocks this router: r judges it again, esc goes back.');
    await support.admin`DELETE FROM telemetry_raw`;
    await writeSteady(telemetry, seed.acme.id, ['ams-core-01']);
    await terminal.press('r');
    await terminal.waitFor(/✔ Critical errors in 2 h/u);
    await terminal.press('enter');
    await terminal.waitFor('When may it start?');
    await terminal.press('enter');
    await terminal.waitFor('1 upgrade to request');
    await terminal.press('enter');
    // What was typed is still there.
    await terminal.waitFor(/^ +ams-core-01$/mu);
    await terminal.press('enter');
    await terminal.waitFor('waits for approval');
  });
});
