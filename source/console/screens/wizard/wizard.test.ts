import { beforeEach, describe, expect, it } from 'vitest';
import { startCuttingProxy } from '../../../../test/support/cutting-proxy.ts';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { chooseForReal } from '../../../../test/support/wizard-mode.ts';
import { writtenUpgrades } from '../../../../test/support/written-upgrades.ts';
import { openDatabase } from '../../../postgres/database.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
const HEALTHY = ['ams-core-01', 'ams-edge-01', 'ams-edge-02', 'fra-leaf-02'];

beforeEach(async () => {
  const { telemetry, seed } = world();
  await forgetUpgrades(support.admin);
  await writeSteady(telemetry, seed.acme.id, HEALTHY);
});

const written = (): ReturnType<typeof writtenUpgrades> => writtenUpgrades(support.admin);

describe.each([
  [80, 24],
  [120, 40],
])('the wizard at %i by %i', (columns, rows) => {
  it('goes from a router to a request: one upgrade, twelve steps, one audit row', async () => {
    const terminal = start({ who: 'ben', columns, rows });
    await terminal.waitFor(/▌ +ams-core-01 .*✔ ready/u);
    await terminal.type('u');
    await terminal.waitFor('(•) 17.12.03');
    expect(terminal.text()).toContain('sha256 aaaaaaaaaaaaaaaa');
    expect(terminal.text()).toContain('905.3 MB');
    await terminal.press('enter');
    await terminal.waitFor(/✔ CPU mean over 2 h +30/u);
    await terminal.press('enter');
    await terminal.waitFor('(•) as soon as another operator has approved it');
    await chooseForReal(terminal);
    await terminal.press('enter');
    await terminal.waitFor('1 upgrade to request');
    await terminal.waitFor('Another operator has to approve.');
    await terminal.press('enter');
    await terminal.type('ams-core-02\r');
    await terminal.waitFor('Type ams-core-01 first.');
    await terminal.press('backspace');
    // Two Enters in one piece.
    await terminal.type('1\r\r');
    await terminal.waitFor('waits for approval');
    expect(await written()).toEqual([
      {
        router_id: 'ams-core-01',
        status: 'pending',
        steps: 12,
        audit: 1,
        schedule_kind: 'now',
        change_reference: null,
        version: '17.12.03',
      },
    ]);
  });
});

describe('the wizard', () => {
  it('keeps everything when going back, and when leaving and coming again', async () => {
    const terminal = start({ who: 'ben' });
    await terminal.waitFor(/▌ +ams-core-01 .*✔ ready/u);
    await terminal.type('u');
    await terminal.waitFor('(•) 17.12.03');
    await terminal.press('enter');
    await terminal.waitFor(/✔ Image/u);
    await terminal.press('enter');
    await terminal.waitFor('When may it start?');
    await terminal.press('down', 'tab');
    await terminal.type('2099-13-01 10:00');
    await terminal.waitFor('there is no such time in Europe/Amsterdam');
    await terminal.press('ctrl+u');
    await terminal.type('2020-01-01 10:00');
    await terminal.waitFor('has passed');
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await terminal.press('ctrl+u');
    await terminal.type(`${tomorrow} 10:00`);
    await terminal.press('tab', 'down', 'tab');
    await terminal.type('CHG0042');
    await terminal.waitFor('CHG0042');
    for (const page of ['✔ Image', '(•) 17.12.03', 'READY']) {
      await terminal.press('esc');
      await terminal.waitFor(page);
    }
    await terminal.type('u');
    await terminal.waitFor('(•) 17.12.03');
    await terminal.press('enter');
    await terminal.waitFor(/✔ Image/u);
    await terminal.press('enter');
    await terminal.waitFor(`(•) at ${tomorrow} 10:00`);
    await terminal.waitFor('CHG0042');
    await terminal.press('enter');
    await terminal.waitFor('change  CHG0042');
    await terminal.press('enter');
    await terminal.type('ams-core-01\r');
    await terminal.waitFor('waits for approval');
    expect(await written()).toMatchObject([{ schedule_kind: 'at', change_reference: 'CHG0042' }]);
  });

  it('takes marked routers of several models, leaves out what is blocked, and is confirmed by their number', async () => {
    const { telemetry, seed } = world();
    await writeSteady(telemetry, seed.acme.id, ['ams-edge-02'], { criticalErrors: 5 });
    const terminal = start({ who: 'ben' });
    await terminal.waitFor(/ams-edge-02 .*✖ errors/u);
    // All six, of which one is up to date and one has no model.
    await terminal.type('*u');
    await terminal.waitFor('2 routers cannot be upgraded; x leaves them out:');
    expect(terminal.text()).toMatch(/fra-leaf-01 +runs 4\.31\.2F already/u);
    expect(terminal.text()).toMatch(/fra-old-01 +has no model in the inventory/u);
    await terminal.press('enter');
    await terminal.waitFor('2 routers cannot be upgraded: x leaves them out.');
    await terminal.type('x');
    await terminal.waitFor(/left out: 2 routers\n.*· fra-leaf-01\n.*· fra-old-01/u);
    await terminal.press('enter');
    await terminal.waitFor('1 of 4 routers is blocked; x leaves it out:');
    expect(terminal.text()).toMatch(/✖ ams-edge-02 +errors: 5/u);
    await terminal.press('enter');
    await terminal.waitFor('1 router is blocked: x leaves it out.');
    await terminal.type('x');
    await terminal.waitFor('✔ every gate passes for all 3');
    await terminal.press('enter');
    await terminal.waitFor('When may it start?');
    await chooseForReal(terminal);
    await terminal.press('enter');
    await terminal.waitFor('3 upgrades to request');
    await terminal.press('enter');
    await terminal.waitFor('Type 3 to confirm the upgrade of 3 routers in 2 sites.');
    await terminal.type('3\r');
    await terminal.waitFor('3 upgrades requested');
    const rows = await written();
    expect(rows.map(({ router_id, steps, audit }) => [router_id, steps, audit])).toEqual([
      ['ams-core-01', 12, 1],
      ['ams-edge-01', 12, 1],
      ['fra-leaf-02', 12, 1],
    ]);
  });

  it('offers the window of the policy where there is one, and says why where there is none', async () => {
    const terminal = start({ who: 'ben' });
    await terminal.waitFor(/ams-edge-01 .*✔ ready/u);
    await terminal.type('ju');
    await terminal.waitFor('(•) 22.4R3-S2');
    await terminal.press('enter');
    await terminal.waitFor(/✔ Image/u);
    await terminal.press('enter');
    await terminal.waitFor(/maintenance window\n +window Sat \d{4}-\d{2}-\d{2} 01:00 CES?T – 05:00 CES?T/u);
    await terminal.press('esc', 'esc', 'esc');
    await terminal.waitFor('READY');
    await terminal.type('ku');
    await terminal.waitFor('(•) 17.12.03');
    await terminal.press('enter');
    await terminal.waitFor(/✔ Image/u);
    await terminal.press('enter');
    await terminal.waitFor('✖ ams-core-01: the policy core, Cisco, careful has no maintenance window');
    await terminal.press('up', 'down', 'down', 'enter');
    await terminal.waitFor(/This is no time to start: ams-core-01: the policy core, Cisco, careful/u);
    expect(await written()).toEqual([]);
  });

  it('does not take a pasted confirmation, and is not there for a viewer', async () => {
    const terminal = start({ who: 'ben' });
    await terminal.waitFor(/▌ +ams-core-01 .*✔ ready/u);
    await terminal.type('u');
    await terminal.waitFor('(•) 17.12.03');
    await terminal.press('enter');
    await terminal.waitFor(/✔ Image/u);
    await terminal.press('enter');
    await terminal.waitFor('When may it start?');
    await chooseForReal(terminal);
    await terminal.press('enter');
    await terminal.waitFor('1 upgrade to request');
    await terminal.press('enter');
    await terminal.waitFor('Type ams-core-01 to confirm');
    await terminal.paste('ams-core-01');
    await terminal.press('enter');
    await terminal.waitFor('Type ams-core-01 first.');
    expect(await written()).toEqual([]);
    const viewer = start({ who: 'cy' });
    await viewer.waitFor(/▌ +ams-core-01/u);
    await viewer.type('u');
    await viewer.waitFor('This needs the role operator; you are viewer in acme.');
  });

  it('loses nothing when the database goes away in the middle, and requests once when it is back', async () => {
    const settings = support.settings('app_user');
    const proxy = await startCuttingProxy(settings);
    const database = openDatabase({ ...settings, port: proxy.port });
    try {
      const terminal = start({ who: 'ben', context: { database } });
      await terminal.waitFor(/▌ +ams-core-01 .*✔ ready/u);
      await terminal.type('u');
      await terminal.waitFor('(•) 17.12.03');
      await terminal.press('enter');
      await terminal.waitFor(/✔ Image/u);
      await terminal.press('enter');
      await terminal.waitFor('When may it start?');
      await chooseForReal(terminal);
      await terminal.press('enter');
      await terminal.waitFor('1 upgrade to request');
      await terminal.press('enter');
      await terminal.waitFor('Type ams-core-01 to confirm');
      await proxy.cut();
      await terminal.type('ams-core-01\r');
      await terminal.waitFor(/✖ .*PostgreSQL/u);
      expect(terminal.text()).toContain('ams-core-01');
      expect(await written()).toEqual([]);
      await proxy.mend();
      await terminal.waitFor(/pg ●/u);
      await terminal.press('enter');
      await terminal.waitFor('waits for approval');
      expect(await written()).toMatchObject([{ router_id: 'ams-core-01', steps: 12, audit: 1 }]);
    } finally {
      await database.close();
      await proxy.stop();
    }
  });
});
