import { beforeEach, describe, expect, it } from 'vitest';
import { startCuttingProxy } from '../../../../test/support/cutting-proxy.ts';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { openDatabase } from '../../../postgres/database.ts';
import { approveUpgrade } from '../../../upgrades/decide.ts';
import { requestUpgrades } from '../../../upgrades/request.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
let upgrade = '';

beforeEach(async () => {
  const { telemetry, seed, services, as } = world();
  await forgetUpgrades(support.admin);
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01', 'ams-edge-02']);
  const request = aRequest(['ams-edge-01'], seed.images.mx, { changeReference: 'CHG-17' });
  const { upgrades } = await requestUpgrades(services, as.ben, request);
  upgrade = upgrades[0]?.upgradeId ?? '';
});

describe('an upgrade', () => {
  it('says what the agent defers it for', async () => {
    await support.admin`
      UPDATE upgrades SET deferred_until = now() + interval '15 min', deferred_why = 'cpu: 99.0%' WHERE id = ${upgrade}`;
    const terminal = start({ context: { openAt: { upgrade } } });
    await terminal.waitFor('◌ The agent defers it, so nobody can approve it but in an emergency: cpu: 99.0%');
  });

  it('is shown whole: what, from whom, steps, gates, audit', async () => {
    const terminal = start({ rows: 50, context: { openAt: { upgrade } } });
    await terminal.waitFor(`acme ▸ fleet ▸ upgrade ${upgrade}`);
    await terminal.waitFor(/AUDIT\n +20.* upgrade\.request +ben \(operator\) by console/u);
    const text = terminal.text();
    expect(text).toMatch(/^ ams-edge-01 {2}21\.4R3-S5 → 22\.4R3-S2 {3}◌ waits for approval$/mu);
    expect(text).toMatch(/^ start +as soon as approved$/mu);
    expect(text).toMatch(/^ image +junos-install-mx-x86-64-22\.4R3-S2\.tgz {2}905\.3 MB$/mu);
    expect(text).toMatch(/^ sha256 +a{64}$/mu);
    expect(text).toMatch(/^ requested +ben, \d{4}-\d\d-\d\d \d\d:\d\d CES?T$/mu);
    expect(text).toMatch(/^ change +CHG-17$/mu);
    expect(text).toMatch(/^ STEPS +0 of 12 done$/mu);
    expect(text).toMatch(/^ {2}· precheck$/mu);
    expect(text).toMatch(/^ {2}✔ Image +21\.4R3-S5 → 22\.4R3-S2 {2}must be newer/mu);
    expect(terminal.screen().at(-1)).toMatch(/a approve {2}r reject {2}x cancel {2}↵ router/u);
  });

  it('is followed while it is on the screen, and read down to its end in 80 by 24', async () => {
    const { services, as } = world();
    const terminal = start({ columns: 80, rows: 24, context: { openAt: { upgrade } } });
    await terminal.waitFor('◌ waits for approval');
    await terminal.waitFor(/lines 1–21 of \d\d/u);
    await approveUpgrade(services, as.ana, upgrade);
    await terminal.waitFor('✔ approved');
    await terminal.waitFor('No worker is connected: it stays approved, and nothing is started.');
    await terminal.press('pgdn', 'pgdn');
    await terminal.waitFor(/upgrade\.approve +ana \(approver\)/u);
    await terminal.waitFor(/lines \d+–(\d\d) of \1/u);
    await terminal.press('enter');
    await terminal.waitFor('▸ ams-edge-01');
    await terminal.press('esc');
    await terminal.waitFor(/lines \d+–(\d\d) of \1/u);
  });

  it('is decided on where it is', async () => {
    const terminal = start({ context: { openAt: { upgrade } } });
    await terminal.waitFor('◌ waits for approval');
    await terminal.type('aams-edge-01\r');
    await terminal.waitFor('✔ approved');
    await terminal.press('r');
    await terminal.waitFor(`Upgrade ${upgrade} cannot be rejected: it is approved`);
    await terminal.press('x');
    await terminal.paste('wrong week');
    await terminal.press('enter');
    await terminal.waitFor(/cancelled +ana, .* “wrong week”/u);
  });

  it('is not mistaken for the one that was shown before', async () => {
    const { services, as, seed } = world();
    const { upgrades } = await requestUpgrades(services, as.ben, aRequest(['ams-edge-02'], seed.images.mx));
    const terminal = start();
    await terminal.waitFor(' 6 routers');
    await terminal.press('U');
    await terminal.waitFor('1 of 2 upgrades');
    await terminal.press('enter');
    await terminal.waitFor('sha256');
    await terminal.press('esc');
    await terminal.waitFor('1 of 2 upgrades');
    await terminal.type('j\ra');
    await terminal.waitFor(/▸ upgrade \d+/u);
    await terminal.waitFor('sha256');
    expect(upgrades).toHaveLength(1);
    expect(terminal.text()).not.toContain('Approve upgrade');
  });

  it('shows every time in UTC after z, and remembers it', async () => {
    const terminal = start({ context: { openAt: { upgrade } } });
    await terminal.waitFor(/requested +ben, .* CES?T$/mu);
    await terminal.press('z');
    await terminal.waitFor(/requested +ben, .* UTC$/mu);
    expect(terminal.text()).not.toMatch(/CES?T/u);
    await terminal.press('U');
    await terminal.waitFor('1 of 1 upgrade');
    expect(terminal.text()).not.toMatch(/CES?T/u);
  });
});

describe('what is no upgrade here', () => {
  it.each(['999999', 'abc', '9'.repeat(40)])('%s is said to be missing', async (id) => {
    const terminal = start({ context: { openAt: { upgrade: id } } });
    await terminal.waitFor(`There is no upgrade ${id} in this organization.`);
    await terminal.press('a', 'r', 'x', 'o', 'j', 'pgdn', 'U');
    await terminal.waitFor('1 of 1 upgrade');
  });

  it('is another organization’s', async () => {
    const { seed } = world();
    const terminal = start({ context: { initialOrganizationId: seed.globex.id, openAt: { upgrade } } });
    await terminal.waitFor(`There is no upgrade ${upgrade} in this organization.`);
  });
});

it('keeps what was read while PostgreSQL does not answer', { timeout: 60_000 }, async () => {
  const proxy = await startCuttingProxy(support.settings('app_user'));
  const database = openDatabase({ ...support.settings('app_user'), port: proxy.port });
  const terminal = start({ context: { database, openAt: { upgrade } } });
  await terminal.waitFor('◌ waits for approval');
  await proxy.cut();
  await terminal.waitFor(/PostgreSQL does not answer: as of \d+ s ago\./u);
  expect(terminal.text()).toContain('CHG-17');
  await terminal.type('aams-edge-01\r');
  await terminal.waitFor(/✖ .*(?:PostgreSQL|database)/u);
  expect(terminal.text()).toContain('host name ams-edge-01');
  await proxy.mend();
  await terminal.waitForGone('does not answer: as of');
  await terminal.press('enter');
  await terminal.waitFor('✔ approved');
  await terminal.press('ctrl+c');
  await database.close();
  await proxy.stop();
});
