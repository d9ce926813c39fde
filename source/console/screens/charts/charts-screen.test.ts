import { beforeAll, describe, expect, it } from 'vitest';
import { startCuttingProxy } from '../../../../test/support/cutting-proxy.ts';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { beginRow, endRow, putWorker } from '../../../../test/support/upgrade-rows.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import type { Point } from '../../../model/telemetry.ts';
import { openDatabase } from '../../../postgres/database.ts';
import { openEmbeddedStore } from '../../../telemetry/embedded/embedded-store.ts';
import type { TelemetryStore } from '../../../telemetry/store.ts';
import { approveUpgrade } from '../../../upgrades/decide.ts';
import { requestUpgrades } from '../../../upgrades/request.ts';

const MINUTE = 60_000;
const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
const openAt = { router: 'ams-edge-01' };
// One time for all, so that a step is the same one in every test.
const now = new Date(Math.floor(Date.now() / MINUTE) * MINUTE + 30_000);
let upgradeId = '';

beforeAll(async () => {
  const { telemetry, seed, services, as } = world();
  // With the readings that are charted nobody could request an upgrade.
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01']);
  await putWorker(support.admin);
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.mx));
  upgradeId = upgrades[0]?.upgradeId ?? '';
  await approveUpgrade(services, as.ana, upgradeId);
  await beginRow(support.admin, upgradeId);
  await endRow(support.admin, upgradeId, 'failed', 'The device did not come back.');
  await support.admin`DELETE FROM telemetry_raw`;
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-02'], { cpu: 70, freeMemory: 40 });
  const tags = { router_id: 'ams-edge-01', organization: seed.acme.id, vendor: 'Juniper', site: 'ams' };
  const at = (minutes: number): number => now.getTime() - minutes * MINUTE;
  const cpu = (minutes: number, percent: number): Point => {
    return { measurement: 'cpu', tags, time: at(minutes), fields: { usage_percent: percent } };
  };
  const traffic = (interfaceName: string, rate: number): Point => {
    const fields = { in_bytes_rate: rate, out_bytes_rate: rate / 2, admin_status: 1, oper_status: 1 } as const;
    return { measurement: 'interfaces', tags, time: at(1), interfaceName, fields };
  };
  await telemetry.write([
    ...[9, 8, 7].map((minutes) => cpu(minutes, 20)),
    // Nothing for three minutes.
    ...[3, 2].map((minutes) => cpu(minutes, 50)),
    cpu(1, 87.25),
    { measurement: 'memory', tags, time: at(1), fields: { free_percent: 33 } },
    { measurement: 'errors', tags, time: at(2), severity: 'critical', fields: { error_count: 7 } },
    traffic('ge-0/0/0', 1_000_000),
    traffic('ge-0/0/1', 250_000),
  ]);
});

describe('the charts of a router', () => {
  it('have its line, gaps, the limit and its upgrades, and each value can be read', async () => {
    const terminal = start({ context: { openAt, now: () => now } });
    await terminal.waitFor('CPU, 2 h');
    await terminal.press('C');
    await terminal.waitFor(/ CPU in use, % {2}2 h by 1 min {2}ams-edge-01 {2}limit 80%/u);
    await terminal.type(':chart 15m\r');
    await terminal.waitFor(/15 min by 1 min/u);
    await terminal.waitFor(/A ams-edge-01 .* 87\.3% +20\.0% +87\.3%$/mu);
    // A plateau at 20%, a gap, one at 50%: nothing is drawn through the gap.
    await terminal.waitFor(/20%┤ +─{15,} {5,}┊/u);
    await terminal.waitFor(/50%┤ {50,}┊ {5,}─{10,}╯/u);
    expect(terminal.text()).toMatch(/80%┤╌{20,}/u);
    await terminal.waitFor(/▲ .*CE.*A upgrade \d+ began, 21\.4R3-S5 → /u);
    await terminal.waitFor(/✖ .*CE.*A upgrade \d+ failed/u);
    expect(terminal.screen()[2]).toMatch(/▲ +✖/u);
    await terminal.press('left');
    await terminal.waitFor(/at \d{4}-\d\d-\d\d \d\d:\d\d CES?T +then/u);
    await terminal.waitFor(/A ams-edge-01 +no data +87\.3%/u);
    await terminal.press('left');
    await terminal.waitFor(/A ams-edge-01 +87\.3% +87\.3%/u);
    await terminal.press('left', 'left', 'left');
    await terminal.waitFor(/A ams-edge-01 +no data/u);
    expect(terminal.screen().at(-1)).toContain('step 11 of 15');
    await terminal.press('z');
    await terminal.waitFor(/at \d{4}-\d\d-\d\d \d\d:\d\d UTC/u);
    await terminal.press('esc');
    await terminal.waitFor('← → read values');
    await terminal.press('o');
    await terminal.waitFor(`upgrade ${upgradeId}`);
    await terminal.press('esc', 'esc');
    await terminal.waitFor('CPU, 2 h');
  });

  it('have memory, errors and the traffic of the interface that is chosen', async () => {
    const terminal = start({ columns: 80, rows: 24, context: { openAt, now: () => now } });
    await terminal.waitFor('CPU, 2 h');
    await terminal.type(':chart memory 2h\r');
    await terminal.waitFor(/free memory, % .*minimum 20%/u);
    await terminal.waitFor(/A ams-edge-01 +33\.0% +33\.0% +33\.0%/u);
    await terminal.press('tab', 'tab');
    await terminal.waitFor(/A ams-edge-01 +7 +7 +7 +7$/mu);
    await terminal.press('shift+tab');
    await terminal.waitFor(/I ams-edge-01 ge-0\/0\/0 in +8\.0 Mb\/s/u);
    await terminal.waitFor(/O ams-edge-01 ge-0\/0\/0 out +4\.0 Mb\/s/u);
    await terminal.press('i');
    await terminal.waitFor('(•) ge-0/0/0: 8.0 Mb/s in, 4.0 Mb/s out, shown');
    await terminal.press('down', 'enter');
    await terminal.waitFor(/I ams-edge-01 ge-0\/0\/1 in +2\.0 Mb\/s/u);
    expect(terminal.screen().every((line) => line.length <= 80)).toBe(true);
  });

  it('say what is not kept, and that a year is by months', async () => {
    const terminal = start({ context: { openAt } });
    await terminal.waitFor('CPU, 2 h');
    await terminal.type(':chart cpu 1y\r');
    await terminal.waitFor(/1 y by month {2}ams-edge-01 .*nothing kept before 20\d\d-\d\d-\d\d \d\d:00 UTC/u);
    await terminal.waitFor(/┬─* UTC$/mu);
    await terminal.type(':chart nothing 9y\r');
    await terminal.waitFor(/\^ nothing is no router, figure or window; Tab lists them/u);
  });
});

describe('the charts of several routers', () => {
  it('are one chart of the marked ones, each with its letter, in any glyphs', async () => {
    const terminal = start({ context: { now: () => now } });
    await terminal.waitFor(/ams-edge-02/u);
    await terminal.type(':filter edge\r');
    await terminal.waitFor('1 of 2');
    await terminal.type(':mark-all\r');
    await terminal.waitFor('2 marked');
    await terminal.press('C');
    await terminal.waitFor('charts of 2 routers');
    await terminal.waitFor(/A ams-edge-01 +87\.3%/u);
    await terminal.waitFor(/B ams-edge-02 +70\.0% +70\.0% +70\.0%$/mu);
    await terminal.waitFor(/B─+.*B─*/u);
    await terminal.type(':glyphs ascii\r');
    await terminal.waitFor(/\|.*\*B\*/u);
    await terminal.press('b', 'b');
    await terminal.waitFor('Charts are drawn with braille.');
    await terminal.waitFor(/[\u2801-\u28ff]{5}/u);
    await terminal.type(':chart ams-core-01 ams-edge-02 15m\r');
    await terminal.waitFor(/A ams-core-01 +no data/u);
  });
});

describe('while telemetry does not answer', { timeout: 60_000 }, () => {
  it('what was read stays with its age, and another window says so at once, without waiting', async () => {
    const proxy = await startCuttingProxy(support.settings('app_user'));
    const database = openDatabase({ ...support.settings('app_user'), port: proxy.port });
    try {
      const terminal = start({ context: { telemetry: openEmbeddedStore(database), openAt } });
      await terminal.waitFor('CPU, 2 h');
      await terminal.type(':chart cpu 2h\r');
      await terminal.waitFor(/A ams-edge-01 +87\.3%/u);
      await proxy.cut();
      // Lost with the connection for notifications, everything is read at once.
      await support.admin`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query ILIKE 'listen%'`;
      await terminal.waitFor(/telemetry does not answer: as of \d+ s ago/u);
      expect(terminal.text()).toMatch(/A ams-edge-01 +87\.3%/u);
      await terminal.press('w');
      await terminal.waitFor('telemetry does not answer; it is asked again');
      await proxy.mend();
      await terminal.waitFor(/24 h by 1 h.*\n(?:.*\n)+.*A ams-edge-01 +\d/u);
    } finally {
      await database.close();
      await proxy.stop();
    }
  });

  it('nobody waits for an answer that does not come: another window is read, and esc leaves', async () => {
    const { telemetry } = world();
    const never: TelemetryStore['history'] = (organization, id, subject, window, steps) =>
      window.end - window.start > 3 * 3_600_000
        ? new Promise(() => undefined)
        : telemetry.history(organization, id, subject, window, steps);
    const hanging = new Proxy(telemetry, {
      get(target, key) {
        const member: unknown = key === 'history' ? never : Reflect.get(target, key);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    const terminal = start({ context: { telemetry: hanging, openAt, now: () => now } });
    await terminal.waitFor('CPU, 2 h');
    await terminal.type(':chart cpu 24h\r');
    await terminal.waitFor('Reading … esc goes back, w takes another window');
    await terminal.press('W');
    await terminal.waitFor(/A ams-edge-01 +87\.3%/u);
    await terminal.press('w');
    await terminal.waitFor('Reading … esc goes back');
    await terminal.press('esc');
    await terminal.waitFor('CPU, 2 h');
  });
});
