import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { approveUpgrade } from '../source/upgrades/decide.ts';
import { requestUpgrades } from '../source/upgrades/request.ts';
import { engineer } from './support/engineer.ts';
import { useOperatorConsoles } from './support/operator-console.ts';
import { forgetUpgrades, useDatabase } from './support/postgres.ts';
import { writeSteady } from './support/steady-telemetry.ts';
import { beginRow, putWorker, stepRow } from './support/upgrade-rows.ts';
import { aRequest, useUpgradeWorld } from './support/upgrades.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
const console = useOperatorConsoles(world);
const folder = mkdtempSync(path.join(tmpdir(), 'netup-scripts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
  const { telemetry, seed } = world();
  await forgetUpgrades(test.admin);
  await test.admin`TRUNCATE telemetry_raw`;
  await putWorker(test.admin);
  await writeSteady(telemetry, seed.acme.id, ['ams-core-01', 'ams-edge-01', 'ams-edge-02', 'fra-leaf-02']);
});

/** Ben's request for the two edge routers of ams, as ids. */
async function requested(): Promise<readonly [string, string]> {
  const { services, as, seed } = world();
  const { upgrades } = await requestUpgrades(
    services,
    as.ben,
    aRequest(['ams-edge-01', 'ams-edge-02'], seed.images.mx),
  );
  return [upgrades[0]?.upgradeId ?? '', upgrades[1]?.upgradeId ?? ''];
}

function statuses(): Promise<readonly object[]> {
  return test.admin<object[]>`SELECT router_id, status, wanted, dry_run FROM upgrades ORDER BY router_id`;
}

describe('what the README says that one can do', () => {
  it('finds the routers of a site that are ready, and opens one', async () => {
    await engineer(console({ who: 'ben' }))
      .filter('site=ams ready=ready')
      .sees(/1 of 3/u)
      .press('down', 'enter')
      .sees('▸ ams-edge-01')
      .sees('GATES')
      .press('esc')
      .sees('site=ams ready=ready')
      .done();
  });

  it('requests three routers in waves, as a dry-run first', async () => {
    await engineer(console({ who: 'ben' }))
      .filter('site=ams ready=ready')
      .sees(/1 of 3/u)
      .mark(3)
      .press('u')
      .sees('Upgrade 3 routers')
      .press('enter')
      .sees(/every gate passes|3 of 3/u)
      .press('enter')
      .sees('When may it start?')
      .press('enter')
      .sees('waves')
      .press('enter')
      .sees(/Type 3 to/u)
      .enter('3')
      .sees('requested')
      .done();
    expect(await statuses()).toMatchObject(
      ['ams-core-01', 'ams-edge-01', 'ams-edge-02'].map((router_id) => ({ router_id, dry_run: true })),
    );
  });

  it('approves what somebody else requested, and not what one requested oneself', async () => {
    const [id] = await requested();
    await engineer(console({ who: 'ben' }))
      .on('upgrades')
      .sees('◌ waits for approval')
      .press('a')
      .sees('it needs the role approver')
      .done();
    await engineer(console({ who: 'ana' }))
      .on('upgrades')
      .filter('ams-edge-01')
      .sees(/1 of 1/u)
      .press('a')
      .sees(`Approve upgrade ${id}`)
      .enter('ams-edge-02')
      .sees('This is not ams-edge-01.')
      .press('esc', 'a')
      .enter('ams-edge-01')
      .sees(`Upgrade ${id} of ams-edge-01 is approved`)
      .done();
    expect(await statuses()).toMatchObject([{ status: 'approved' }, { status: 'pending' }]);
  });

  it('approves all that waits in the inbox, by its number', async () => {
    await requested();
    await engineer(console({ who: 'ana' }))
      .press('A')
      .sees('▸ approvals')
      .sees('ams-edge-02')
      .mark(2)
      .press('a')
      .sees(/2 upgrades/u)
      .enter('2')
      .sees(/2 upgrades (?:are )?approved|Approved 2/u)
      .done();
    expect(await statuses()).toMatchObject([{ status: 'approved' }, { status: 'approved' }]);
  });

  it('stops one that runs before its next step, and lets it go on', async () => {
    const { services, as } = world();
    const [id] = await requested();
    await approveUpgrade(services, as.ana, id);
    await beginRow(test.admin, id);
    await stepRow(test.admin, id, 'stage_image', 'running');
    await engineer(console({ who: 'ben', context: { openAt: { upgrade: id } } }))
      .sees('▶ stage_image')
      .press('p', 'enter')
      .sees('▶ pausing')
      .meanwhile(
        () => test.admin`UPDATE upgrades SET status = 'paused', wanted = NULL, outcome = 'Paused.' WHERE id = ${id}`,
      )
      .sees('‖ Paused.')
      .press('p', 'enter')
      .sees('▶ running')
      .press('x')
      .sees('It runs: it is cancelled before its next step')
      .press('esc')
      .seesNoMore('It runs: it is cancelled')
      .done();
    expect(await statuses()).toMatchObject([{ status: 'running', wanted: null }, { status: 'pending' }]);
  });

  it('goes from the start to what is wrong in three keys', async () => {
    // Nothing was heard of it in the two hours before.
    await test.admin`DELETE FROM telemetry_raw WHERE router_id = 'fra-leaf-02'`;
    await engineer(console({ who: 'cy' }))
      .sees(/1 of 6/u)
      .press('T')
      .sees(/^▌ *silent +3/mu)
      .press('down', 'enter')
      .sees('▸ fra-leaf-01')
      .sees('GATES')
      .done();
  });

  it('reads in the trail who did what', async () => {
    await requested();
    await engineer(console({ who: 'cy' }))
      .press('L')
      .sees('upgrade.request')
      .filter('who=ben action=request')
      .sees(/1 of \d+ rows/u)
      .sees(/upgrade\.request +ams-edge-02/u)
      .sees('+ image: "junos-install-mx-x86-64-22.4R3-S2.tgz"')
      .done();
  });

  it('sees why a router has the policy that it has', async () => {
    await engineer(console({ who: 'cy' }))
      .filter('ams-edge-01')
      .sees(/1 of 1/u)
      .press('enter')
      .sees('▸ ams-edge-01')
      .press('e')
      .sees('policy of ams-edge-01')
      .sees('ams: hub site')
      .done();
  });

  it('goes from a site to its routers', async () => {
    await engineer(console({ who: 'cy' }))
      .press('S')
      .sees('Europe/Amsterdam')
      .press('enter')
      .sees('filter: site==ams')
      .sees(/1 of 3/u)
      .done();
  });

  it('finds the image that a model gets, and marks it for a site', async () => {
    await engineer(console({ who: 'ada' }))
      .press('F')
      .sees('▸ images')
      .sees(/▌ .*EOS64-4\.31\.2F\.swi/u)
      .press('m')
      .enter('fra')
      .press('enter')
      .sees('EOS64-4.31.2F.swi is golden for 7280SR3-48YC8 in acme at fra.')
      .done();
  });

  it('looks when routers may be upgraded, by the words of the command line', async () => {
    await engineer(console({ who: 'cy' }))
      .on('windows')
      .sees('days and times: Europe/Amsterdam')
      .press('z')
      .sees('days and times: UTC')
      .press('esc')
      .on('policies')
      .sees('ams: hub site')
      .done();
  });

  it('lays the CPU of two routers over each other', async () => {
    await engineer(console({ who: 'cy' }))
      .filter('ams-edge')
      .sees(/1 of 2/u)
      .mark(2)
      .press('C')
      .sees('▸ charts of 2 routers')
      .sees(/CPU in use, % .*by 1 min/u)
      .sees(/^ *A ams-edge-01 /mu)
      .sees(/^ *B ams-edge-02 /mu)
      .done();
  });

  it('writes what is seen to a file', async () => {
    const file = path.join(folder, 'ams.csv');
    await engineer(console({ who: 'cy' }))
      .filter('site=ams')
      .sees(/1 of 3/u)
      .press('E')
      .sees(/\.csv|file/u)
      .press(...Array.from({ length: 200 }, () => 'backspace'))
      .enter(file)
      .sees('3 routers written')
      .done();
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toContain('ams-core-01');
  });
});
