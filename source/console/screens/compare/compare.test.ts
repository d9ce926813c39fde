import { beforeEach, describe, expect, it } from 'vitest';
import { keysOf, newKey } from '../../../../test/support/encryption-keys.ts';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { beginRow, checkRows, endRow, putWorker } from '../../../../test/support/upgrade-rows.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import type { Point } from '../../../model/telemetry.ts';
import { approveUpgrade } from '../../../upgrades/decide.ts';
import { requestUpgrades } from '../../../upgrades/request.ts';

const MINUTE = 60_000;
const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
const key = newKey();
const encryptionKeys = (): ReturnType<typeof keysOf> => keysOf({ a: key }, 'a');
const now = Math.floor(Date.now() / MINUTE) * MINUTE;
let id = '';

beforeEach(async () => {
  const { telemetry, seed, services, as } = world();
  await forgetUpgrades(support.admin);
  await putWorker(support.admin);
  await forgetTelemetry();
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01']);
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.mx));
  id = upgrades[0]?.upgradeId ?? '';
  await approveUpgrade(services, as.ana, id);
  await beginRow(support.admin, id);
  await forgetTelemetry();
});

async function forgetTelemetry(): Promise<void> {
  await support.admin`DELETE FROM telemetry_raw`;
  await support.admin`DELETE FROM telemetry_interfaces`;
}

/** Activated 70 minutes ago, committed 40 minutes ago, with an hour before and what there is after. */
async function finish(): Promise<void> {
  await support.admin`
    UPDATE upgrade_steps SET status = 'success', intent = '{}', started_at = ${new Date(now - 70 * MINUTE)},
      finished_at = ${new Date(now - 60 * MINUTE)} WHERE upgrade_id = ${id} AND name = 'activate'`;
  await support.admin`
    UPDATE upgrade_steps SET status = 'success', started_at = ${new Date(now - 41 * MINUTE)},
      finished_at = ${new Date(now - 40 * MINUTE)} WHERE upgrade_id = ${id} AND name = 'commit'`;
  await endRow(support.admin, id, 'success', null);
}

async function writeFigures(): Promise<void> {
  const { telemetry, seed } = world();
  const tags = { router_id: 'ams-edge-01', organization: seed.acme.id, vendor: 'Juniper', site: 'ams' };
  const at = (minutes: number): number => now - minutes * MINUTE;
  const of = (minutes: number, cpu: number, memory: number): Point[] => [
    { measurement: 'cpu', tags, time: at(minutes), fields: { usage_percent: cpu } },
    { measurement: 'memory', tags, time: at(minutes), fields: { free_percent: memory } },
  ];
  const traffic = (minutes: number, rate: number, errors: number): Point => {
    const fields = {
      in_bytes_rate: rate,
      out_bytes_rate: rate / 2,
      error_count: errors,
      admin_status: 1,
      oper_status: 1,
    } as const;
    return { measurement: 'interfaces', tags, time: at(minutes), interfaceName: 'ge-0/0/0', fields };
  };
  await telemetry.write([
    ...of(100, 20, 60),
    ...of(80, 30, 50),
    // While it is down.
    ...of(55, 99, 1),
    ...of(30, 40, 54),
    { measurement: 'errors', tags, time: at(90), severity: 'critical', fields: { error_count: 0 } },
    { measurement: 'errors', tags, time: at(20), severity: 'critical', fields: { error_count: 3 } },
    traffic(90, 1_000_000, 0),
    traffic(20, 0, 5),
  ]);
}

function open(setup: Parameters<typeof start>[0] = {}): ReturnType<typeof start> {
  return start({ who: 'ben', ...setup, context: { encryptionKeys, openAt: { upgrade: id }, ...setup.context } });
}

describe('an upgrade before and after', () => {
  it('is compared by its figures, its interfaces and its checks', async () => {
    await finish();
    await writeFigures();
    const check = { action: '', status: 'pass' } as const;
    await checkRows(support.admin, id, 'pre', [
      { ...check, name: 'running version', expected: '21.4R3-S5', actual: '21.4R3-S5' },
    ]);
    await checkRows(support.admin, id, 'post', [
      { ...check, name: 'running version', expected: '22.4R3-S2', actual: '22.4R3-S2' },
      {
        name: 'interfaces up',
        expected: '3: ge-0/0/0, ge-0/0/1, ge-0/0/2',
        actual: 'ge-0/0/2 is missing',
        status: 'fail',
        action: 'Look.',
      },
    ]);
    const terminal = open();
    await terminal.waitFor('b before/after');
    await terminal.press('b');
    await terminal.waitFor('▸ before and after');
    await terminal.waitFor(
      /before +\d{4}-\d\d-\d\d \d\d:\d\d CES?T to \d\d:\d\d CES?T +the 1 h before it was activated/u,
    );
    await terminal.waitFor(/after +\d{4}.* as far as time has gone on/u);
    // What it was like while it was down is in neither.
    await terminal.waitFor(/CPU, mean .* 25\.0% .* 40\.0% +\+15\.0 worse/u);
    await terminal.waitFor(/CPU, greatest .* 30\.0% .* 40\.0% /u);
    await terminal.waitFor(/free memory, least .* 50\.0% .* 54\.0% +\+4\.0$/mu);
    await terminal.waitFor(/critical errors .* 0 .* 3 +\+3 worse/u);
    await terminal.waitFor(/ge-0\/0\/0 in .* 8\.0 Mb\/s .* 0 b\/s +silent/u);
    await terminal.waitFor(/ge-0\/0\/0 errors +0 +5 +\+5 worse/u);
    await terminal.waitFor(/running version +21\.4R3-S5 +22\.4R3-S2 +✔/u);
    await terminal.waitFor(/interfaces up +3: ge-0\/0\/0, ge-0\/0\/1, g.*ge-0\/0\/2 is missing +✖ fail/u);
    await terminal.press('w', 'w', 'w');
    await terminal.waitFor('the 15 min before');
    await terminal.waitFor(/CPU, mean .* 30\.0% .* 40\.0% +\+10\.0 worse/u);
    await terminal.type(':chart cpu 2h\r');
    await terminal.waitFor(/A ams-edge-01 +40\.0% +20\.0% +99\.0%/u);
  });

  it('fits into 80 by 24, and shows what changed in the configuration to operators, for the record', async () => {
    await finish();
    for (const [moment, text] of [
      ['before', 'hostname a\nsnmp community topsecret\n'],
      ['after', 'hostname b\nsnmp community topsecret\n'],
    ] as const) {
      await support.admin`
        INSERT INTO config_backups (organization_id, upgrade_id, moment, encrypted_data, encryption_key_id)
        VALUES (${world().seed.acme.id}, ${id}, ${moment}, pgp_sym_encrypt(${text}, ${key}, 'cipher-algo=aes256'), 'a')`;
    }
    const terminal = open({ columns: 80, rows: 24 });
    await terminal.waitFor('STEPS');
    await terminal.type(':compare\r');
    await terminal.waitFor(/CPU, mean +no data +no data +\?/u);
    await terminal.waitFor('CONFIG     d shows what changed');
    await terminal.press('d');
    await terminal.waitFor('-hostname a');
    expect(terminal.text()).toContain('+hostname b');
    expect(terminal.text()).not.toContain('topsecret');
    expect(terminal.screen().every((line) => line.length <= 80)).toBe(true);
    const rows =
      await support.admin`SELECT actor_name AS actor FROM audit_events WHERE upgrade_id = ${id} AND action = 'config.read'`;
    expect(rows.map((row) => ({ ...row }))).toEqual([{ actor: 'ben' }]);
  });

  it('is not there before its device was told to go down', async () => {
    const terminal = open();
    await terminal.waitFor('STEPS');
    await terminal.press('b');
    await terminal.waitFor('Its device was not told to go down: there is nothing to compare.');
  });
});
