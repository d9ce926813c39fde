import { beforeAll, describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { rejectUpgrade } from '../../../upgrades/decide.ts';
import { requestUpgrades } from '../../../upgrades/request.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);

beforeAll(async () => {
  const { telemetry, seed } = world();
  await writeSteady(telemetry, seed.acme.id, ['ams-core-01'], { cpu: 91, freeMemory: 30 });
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01', 'ams-edge-02'], { cpu: 12 });
  const now = Date.now();
  await telemetry.write(
    ['ge-0/0/0', 'ge-0/0/1'].map((interfaceName, index) => ({
      tags: { router_id: 'ams-edge-01', organization: seed.acme.id, vendor: 'Juniper', site: 'ams' },
      time: now - 5000,
      measurement: 'interfaces',
      interfaceName,
      fields: {
        in_bytes_rate: 11_762_500,
        out_bytes_rate: 650_000,
        error_count: index,
        admin_status: 1,
        oper_status: index === 0 ? 1 : 0,
      },
    })),
  );
  const measured = {
    tags: { router_id: 'ams-core-01', organization: seed.acme.id, vendor: 'Cisco', site: 'ams' },
    time: now - 20 * 60_000,
  };
  const sensor = { ...measured, measurement: 'system' } as const;
  await telemetry.write([
    { ...sensor, component: 'chassis', fields: { temperature_celsius: 0, uptime_seconds: 4_000_000 } },
    { ...sensor, component: 'PSU 1', time: now - 5000, fields: { power_watts: 1250.4, oper_status: 1 } },
    { ...sensor, component: 'fan 2', fields: { fan_rpm: 0, fan_percent: 0, oper_status: 0 } },
    {
      ...measured,
      measurement: 'interfaces',
      interfaceName: 'Gi0/0/9',
      time: now - 5000,
      fields: { admin_status: 1, oper_status: 1 },
    },
  ]);
  await telemetry.flush();
});

describe('a router', () => {
  it('is shown whole in 120 by 40', async () => {
    const terminal = start();
    await terminal.waitFor(/ams-edge-01 .*✔ ready/u);
    await terminal.press('j', 'enter');
    await terminal.waitFor('✔ READY  (10 of 10 gates pass)');
    await terminal.waitFor('HISTORY    no upgrade yet');
    await terminal.waitFor('▼ down');
    const screen = terminal.screen();
    const text = terminal.text();
    expect(screen[0]).toMatch(/^ netup {2}acme ▸ fleet ▸ ams-edge-01 /u);
    expect(screen[1]).toBe(' Juniper MX204 · ams · active · 10.0.0.2 · never read over SSH');
    expect(screen[2]).toMatch(
      /^ running 21\.4R3-S5 → target 22\.4R3-S2 +decision: ✔ READY {2}\(10 of 10 gates pass\)$/u,
    );
    expect(screen[3]).toMatch(/^┌ CPU, 2 h ─+ limit 80% ┐┌ free memory, 2 h ─+ minimum 20% ┐$/u);
    expect(text).toContain('╌╌╌╌');
    expect(text).toMatch(/└ \d\d:\d\d CES?T ─+ \d\d:\d\d CES?T ┘/u);
    expect(text).toMatch(/POLICY {5}#\d+ ams: hub site {3}wins: .*; rank 1 of \d/u);
    expect(text).toContain('CPU ≤ 80%  memory ≥ 20%  critical errors ≤ 0  window Sat 01:00–05:00 Europe/Amsterdam');
    expect(text).toMatch(/✔ CPU mean over 2 h +12(\.0)?% {2}must be ≤ 80%/u);
    expect(text).toMatch(/✔ Image +21\.4R3-S5 → 22\.4R3-S2 {2}must be newer/u);
    expect(text).toMatch(/▲ up {3}ge-0\/0\/0 +in {3}94 Mb\/s {2}out {2}5\.2 Mb\/s {2}0 errors/u);
    expect(text).toMatch(/▼ down ge-0\/0\/1 +in .* 1 error$/mu);
    expect(text).toContain('AUDIT      nothing yet');
  });

  it('shows its sensors, and tells what was not sent from zero', async () => {
    const terminal = start();
    await terminal.waitFor(/ams-core-01 .*✖ cpu/u);
    await terminal.press('enter');
    await terminal.waitFor('SENSORS');
    expect(terminal.text()).toMatch(/▲ up {3}Gi0\/0\/9 +in {9}\? {2}out {9}\? {2}\? errors/u);
    expect(terminal.text()).toMatch(/✔ ok {4}PSU 1 +1,250 W *$/mu);
    expect(terminal.text()).toMatch(/^ {2,}chassis +0\.0 °C {2}up 46 d 7 h {2}20 min old/mu);
    expect(terminal.text()).toMatch(/✖ fault fan 2 +0 rpm {2}0% {2}20 min old/u);
  });

  it('that is blocked says by what, and what to do', async () => {
    const terminal = start();
    await terminal.waitFor(/ams-core-01 .*✖ cpu/u);
    await terminal.press('enter');
    await terminal.waitFor(/◌ DEFER {2}\(1 of 10 gates do not pass\)/u);
    const gate = terminal.screen().findIndex((line) => /✖ CPU mean over 2 h +91(\.0)?% {2}must be ≤ 80%/u.test(line));
    expect(gate).toBeGreaterThan(0);
    expect(terminal.screen()[gate + 1]?.trim()).not.toMatch(/^[✔✖?]/u);
  });

  it('scrolls in 80 by 24, and says where it is', async () => {
    const terminal = start({ columns: 80, rows: 24 });
    await terminal.waitFor(/ams-edge-01 .*✔ ready/u);
    await terminal.press('j', 'enter');
    await terminal.waitFor('10 of 10 gates pass');
    await terminal.waitFor(/lines 1–12 of \d\d/u);
    expect(terminal.text()).toMatch(/✔ Image +21\.4R3-S5 → 22\.4R3-S2 {2}must be/u);
    await terminal.press('pgdn', 'pgdn', 'j');
    await terminal.waitFor('AUDIT      nothing yet');
    await terminal.waitFor(/lines (\d+)–(\d\d) of \2/u);
    await terminal.press('k', 'pgup', 'pgup');
    await terminal.waitFor('POLICY');
    terminal.resize(120, 50);
    await terminal.waitFor('AUDIT      nothing yet');
    expect(terminal.screen().at(-1)).not.toContain('lines');
  });

  it('shows what happened to it as it happens', async () => {
    const { services, seed, as } = world();
    const terminal = start();
    await terminal.waitFor(/ams-edge-02 .*✔ ready/u);
    await terminal.press('j', 'j', 'enter');
    await terminal.waitFor('HISTORY    no upgrade yet');
    const { upgrades } = await requestUpgrades(services, as.ben, aRequest(['ams-edge-02'], seed.images.mx));
    const id = upgrades[0]?.upgradeId ?? '';
    await terminal.waitFor(new RegExp(`#${id} +21\\.4R3-S5 → 22\\.4R3-S2 {2}◌ waits for approval`, 'u'));
    await terminal.waitFor(/upgrade\.request +ben \(operator\)/u);
    await terminal.waitFor(`active · upgrade ${id} waits for approval`);
    await terminal.press('u');
    await terminal.waitFor(`Upgrade ${id} of this router is pending; open it with o.`);
    await rejectUpgrade(services, as.ana, id, 'not on a Friday');
    await terminal.waitFor(/✖ rejected {2}“not on a Friday”/u);
    await terminal.press('o');
    await terminal.waitFor(`fleet ▸ ams-edge-02 ▸ upgrade ${id}`);
    await terminal.press('esc', 'e');
    await terminal.waitFor('policy of ams-edge-02');
  });

  it('never takes a key for the router that was shown before', async () => {
    const terminal = start({ who: 'ben' });
    await terminal.waitFor(/ams-edge-01 .*✔ ready/u);
    await terminal.press('enter');
    await terminal.waitFor('◌ DEFER');
    await terminal.press('esc');
    await terminal.waitFor('1 of 6');
    await terminal.type('j\re');
    await terminal.waitFor('fleet ▸ ams-edge-01 ▸ policy of ams-edge-01');
  });
});

describe('opened by name', () => {
  it('is found, with the fleet behind it', async () => {
    const { seed } = world();
    await support.admin`
      UPDATE routers SET hostname = 'by-name' WHERE organization_id = ${seed.acme.id} AND id = 'fra-leaf-02'`;
    const terminal = start({ context: { openAt: { router: 'by-name' } } });
    await terminal.waitFor('acme ▸ fleet ▸ by-name');
    await terminal.waitFor('Arista 7280SR3-48YC8 · fra');
    await terminal.waitFor(/no data in the last 2 h.*no data in the last 2 h/u);
    await terminal.waitFor(/decision: ◌ DEFER/u);
    await terminal.press('esc');
    await terminal.waitFor('1 of 6');
  });

  it('does not exist, and says so', async () => {
    const terminal = start({ context: { openAt: { router: 'nowhere-01' } } });
    await terminal.waitFor('There is no router nowhere-01 in this organization. Esc goes back.');
    await terminal.press('e', 'o', 'j', 'pgdn', 'u');
    await terminal.waitFor('There is no such router.');
    await terminal.press('esc');
    await terminal.waitFor('1 of 6');
  });

  it('of another organization does not exist either', async () => {
    const { seed } = world();
    await support.admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver)
      VALUES (${seed.globex.id}, 'globex-only', 'globex-only', '10.9.9.9', '1.0')`;
    const terminal = start({ context: { openAt: { router: 'globex-only' } } });
    await terminal.waitFor('There is no router globex-only in this organization.');
  });

  it('appears when it is loaded later', async () => {
    const { seed } = world();
    const terminal = start({ context: { openAt: { router: 'late-01' } } });
    await terminal.waitFor('There is no router late-01');
    await support.admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver)
      VALUES (${seed.acme.id}, 'late-id', 'late-01', '10.0.0.77', '1.0')`;
    await terminal.waitFor('vendor and model not known · no site · active · 10.0.0.77');
    await terminal.waitFor('no data in the last 2 h');
    await support.admin`DELETE FROM routers WHERE id = 'late-id'`;
    await terminal.waitFor('There is no router late-01');
  });
});

it('shows every time in UTC after z', async () => {
  const terminal = start();
  await terminal.waitFor(/ams-edge-02 .*ready|rejected/u);
  await terminal.press('j', 'j', 'enter');
  await terminal.waitFor(/\d\d:\d\d CES?T {2}#/u);
  await terminal.press('z');
  await terminal.waitFor(/\d\d:\d\d UTC {2}#/u);
  await terminal.waitFor(/└ \d\d:\d\d UTC ─+ \d\d:\d\d UTC ┘/u);
  const charts = terminal.screen().filter((line) => line.startsWith('└') || /^ {2}20\d\d-/u.test(line));
  expect(charts.length).toBeGreaterThan(2);
  expect(charts.join('\n')).not.toMatch(/CES?T/u);
});
