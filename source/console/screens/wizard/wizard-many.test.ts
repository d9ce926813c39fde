import { beforeEach, describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { chooseForReal } from '../../../../test/support/wizard-mode.ts';
import { countWritten, writtenUpgrades } from '../../../../test/support/written-upgrades.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);

beforeEach(async () => {
  await forgetUpgrades(support.admin);
  await support.admin`DELETE FROM telemetry_raw`;
  await support.admin`DELETE FROM routers WHERE id LIKE 'big-%'`;
});

/** Routers `big-0001` and on: the odd ones Cisco, the even ones Juniper with a weekly window; healthy. */
async function addRouters(count: number): Promise<readonly string[]> {
  const { seed, telemetry } = world();
  const { acme, vendors, models } = seed;
  const ids = Array.from({ length: count }, (_, index) => `big-${String(index + 1).padStart(4, '0')}`);
  const rows = ids.map((id, index) => ({
    organization_id: acme.id,
    id,
    hostname: id,
    mgmt_ip: `10.9.${Math.floor(index / 250)}.${index % 250}`,
    site_id: acme.sites.ams,
    vendor_id: index % 2 === 0 ? vendors.cisco : vendors.juniper,
    model_id: index % 2 === 0 ? models.asr : models.mx,
    current_ver: index % 2 === 0 ? '17.09.04a' : '21.4R3-S5',
    target_ver: index % 2 === 0 ? '17.12.03' : '22.4R3-S2',
  }));
  await support.admin`INSERT INTO routers ${support.admin(rows)}`;
  await writeSteady(telemetry, acme.id, ids);
  return ids;
}

describe.each([
  [80, 24],
  [120, 40],
])('the wizard of many routers at %i by %i', (columns, rows) => {
  it('shows every one of 12 routers, those in the way too, and requests what is left in', async () => {
    const { telemetry, seed } = world();
    const ids = await addRouters(12);
    await support.admin`UPDATE routers SET status = 'maintenance' WHERE id IN ('big-0002', 'big-0004')`;
    await support.admin`UPDATE routers SET current_ver = '17.12.03' WHERE id IN ('big-0001', 'big-0003')`;
    await writeSteady(telemetry, seed.acme.id, ['big-0005'], { criticalErrors: 3 });
    const terminal = start({ who: 'ben', columns, rows });
    await terminal.type('/big-\r');
    await terminal.waitFor(/▌ +big-0001 /u);
    await terminal.waitFor('big-0012');
    await terminal.type('*u');
    await terminal.waitFor('Upgrade 12 routers');
    await terminal.waitFor('(•) 17.12.03');
    await terminal.type('G');
    await terminal.waitFor(/▌ big-0004 +is maintenance, not active/u);
    expect(terminal.text()).toMatch(/big-0001 +runs 17\.12\.03 already/u);
    expect(terminal.text()).toContain('4 routers cannot be upgraded; x leaves them out:');
    // One of them by hand, the others together.
    await terminal.press('space');
    await terminal.waitFor('3 routers cannot be upgraded; x leaves them out:');
    await terminal.waitFor(/left out: 1 router\n.*· big-0004/u);
    await terminal.type('x');
    await terminal.waitFor('left out: 4 routers');
    await terminal.press('enter');
    await terminal.waitFor('1 of 8 routers is blocked; x leaves it out:');
    expect(terminal.text()).toMatch(/✖ Critical errors in 2 h +7 pass +1 fail +0 not known/u);
    await terminal.type('x');
    await terminal.waitFor('✔ every gate passes for all 7');
    // Back in: those that no gate needs to judge as well.
    await terminal.type('X');
    await terminal.waitFor('5 of 12 routers are blocked; x leaves them out:');
    await terminal.type('x');
    await terminal.waitFor('✔ every gate passes for all 7');
    await terminal.press('enter');
    await terminal.waitFor('When may it start?');
    await chooseForReal(terminal);
    await terminal.press('enter');
    await terminal.waitFor('7 upgrades to request');
    expect(terminal.text()).toContain('without 5: big-0001, big-0002');
    expect(terminal.text()).toContain('image   Cisco ASR1002-HX: asr1000-universalk9.17.12.03.SPA.bin  905.3 MB');
    expect(terminal.text()).toContain('image   Juniper MX204: junos-install-mx-x86-64-22.4R3-S2.tgz  905.3 MB');
    await terminal.type('G');
    await terminal.waitFor(/big-0012 +ams +21\.4R3-S5 → 22\.4R3-S2/u);
    // The end is the end: keys that lead past it are not made up for on the way back.
    await terminal.type('jjjg');
    await terminal.waitFor('7 upgrades to request');
    await terminal.press('enter');
    await terminal.waitFor('Type 7 to confirm the upgrade of 7 routers in 1 site.');
    await terminal.type('12\r');
    await terminal.waitFor('Type 7 first.');
    await terminal.press('ctrl+u');
    await terminal.type('7\r\r');
    await terminal.waitFor('7 upgrades requested');
    const written = await writtenUpgrades(support.admin);
    expect(written.map(({ router_id }) => router_id)).toEqual(ids.slice(5));
    expect(written.every(({ steps, audit, status }) => steps === 12 && audit === 1 && status === 'pending')).toBe(true);
  });
});

describe('the wizard of many routers', () => {
  it('requests 1,000 upgrades of two models at once', { timeout: 120_000 }, async () => {
    await addRouters(1000);
    const [, , before = 0] = await countWritten(support.admin);
    const terminal = start({ who: 'ben', columns: 80, rows: 24 });
    await terminal.type('/big-\r');
    await terminal.waitFor('1 of 1,000');
    await terminal.type('*u');
    await terminal.waitFor('(•) 22.4R3-S2');
    await terminal.press('enter');
    await terminal.waitFor('✔ every gate passes for all 1000');
    await terminal.press('enter');
    await terminal.waitFor('When may it start?');
    await chooseForReal(terminal);
    await terminal.press('enter');
    await terminal.waitFor('1,000 upgrades to request');
    await terminal.press('enter');
    await terminal.waitFor('Type 1000 to confirm');
    await terminal.type('1000\r\r');
    await terminal.waitFor('1,000 upgrades requested');
    const [upgrades, steps, audit = 0] = await countWritten(support.admin);
    expect([upgrades, steps, audit - before]).toEqual([1000, 12_000, 1000]);
  });

  it("starts each router in its own policy's window, or says which one has none", async () => {
    await addRouters(4);
    const terminal = start({ who: 'ben', columns: 80, rows: 24 });
    await terminal.type('/big-\r');
    await terminal.waitFor('1 of 4');
    await terminal.type('*u');
    await terminal.waitFor('(•) 22.4R3-S2');
    await terminal.press('enter');
    await terminal.waitFor('✔ every gate passes for all 4');
    await terminal.press('enter');
    await terminal.waitFor('✖ big-0001: the policy core, Cisco, careful has no maintenance window');
    await terminal.press('down', 'down', 'enter');
    await terminal.waitFor('This is no time to start: big-0001');
    await support.admin`UPDATE upgrade_policies SET window_weekday = 3, window_start = '22:00', window_minutes = 120,
      window_time_zone = 'UTC' WHERE id = ${world().seed.acme.policies.asr}`;
    try {
      await terminal.waitFor(/from window \w{3} .*\n +to +window \w{3} /u);
      await chooseForReal(terminal);
      await terminal.press('enter');
      await terminal.waitFor('4 upgrades to request');
      await terminal.press('enter');
      await terminal.waitFor('Type 4 to confirm');
      await terminal.type('4\r');
      await terminal.waitFor('4 upgrades requested');
      expect(new Set((await writtenUpgrades(support.admin)).map((row) => row.schedule_kind))).toEqual(
        new Set(['window']),
      );
    } finally {
      await support.admin`UPDATE upgrade_policies SET window_weekday = NULL, window_start = NULL, window_minutes = NULL,
        window_time_zone = NULL WHERE id = ${world().seed.acme.policies.asr}`;
    }
  });
});
