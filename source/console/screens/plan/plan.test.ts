import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { beginRow, endRow, putWorker, stepRow } from '../../../../test/support/upgrade-rows.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { approveUpgrade } from '../../../upgrades/decide.ts';
import { openDatabase } from '../../../postgres/database.ts';
import { requestUpgrades } from '../../../upgrades/request.ts';
import { settlePlans } from '../../../upgrades/plans/settle.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
const HOSTS = ['wave-1', 'wave-2', 'wave-3'];
let ids: readonly string[] = [];
let settle: (now?: Date) => Promise<void>;

beforeAll(async () => {
  const { seed, telemetry } = world();
  await support.admin`
    INSERT INTO routers (organization_id, id, hostname, mgmt_ip, vendor_id, model_id, current_ver, target_ver)
    SELECT ${seed.acme.id}, h, h, '10.1.1.1', ${seed.vendors.juniper}, ${seed.models.mx}, '21.4R3-S5', '22.4R3-S2'
    FROM unnest(${HOSTS}::text[]) AS h`;
  await writeSteady(telemetry, seed.acme.id, HOSTS);
  const worker = openDatabase(support.settings('netup_worker'));
  settle = (now = new Date()) => settlePlans(worker, 'worker under test', now);
  return () => worker.close();
});

/** Three upgrades in waves of one and two, approved. */
async function request(change: { pauseMinutes?: number; approveWaves?: boolean } = {}): Promise<void> {
  const { services, as, seed } = world();
  const waves = [1, 2].map((count) => ({ kind: 'count', count }) as const);
  const plan = { pauseMinutes: 0, successRate: 100, stopAfter: 1, approveWaves: false, ...change, waves };
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(HOSTS, seed.images.mx, { plan }));
  ids = upgrades.map(({ upgradeId }) => upgradeId);
  for (const id of ids) await approveUpgrade(services, as.ana, id);
}

beforeEach(async () => {
  await forgetUpgrades(support.admin);
  await support.admin`DELETE FROM upgrade_plans`;
  await putWorker(support.admin);
});

async function end(index: number, status: 'success' | 'failed'): Promise<void> {
  const id = ids[index] ?? '';
  await beginRow(support.admin, id);
  await endRow(support.admin, id, status, status === 'failed' ? 'It went wrong.' : null);
  await settle();
}

type Terminal = ReturnType<typeof start>;

async function open(setup: Parameters<typeof start>[0] = {}): Promise<Terminal> {
  const terminal = start({ columns: 80, rows: 24, ...setup, context: { openAt: { upgrade: ids[0] ?? '' } } });
  await terminal.waitFor(/w plan|Wave 1 of 2/u);
  await terminal.press('w');
  await terminal.waitFor('▸ plan');
  return terminal;
}

describe('a plan', () => {
  it('is opened by the number of an upgrade that goes in it', async () => {
    await request();
    const terminal = start({ columns: 80, rows: 24 });
    await terminal.waitFor('READY');
    await terminal.press(':');
    await terminal.type('plan 999999');
    await terminal.press('enter');
    await terminal.waitFor('Upgrade 999999 goes in no plan');
    await terminal.press(':');
    await terminal.type(`plan ${ids[2] ?? ''}`);
    await terminal.press('enter');
    await terminal.waitFor('▸ plan');
    await terminal.waitFor('wave-3');
  });

  it.each([
    [80, 24],
    [120, 40],
  ])('shows its waves and their upgrades, and goes on before the eyes: %i by %i', async (columns, rows) => {
    await request({ pauseMinutes: 30 });
    const terminal = await open({ columns, rows });
    await terminal.waitFor('▶ wave 1 of 2 is open');
    await terminal.waitFor('0 of 3 succeeded · 3 to come');
    await terminal.waitFor(/A wave opens 30 min after one in which 100% succeeded; it stops at 1 failure\./u);
    await terminal.waitFor(
      /WAVE {2}UPGRADES {2}SUCCEEDED {2}FAILED {2}RUNNING {2}TO COME +OFF\n +1 +1 +· +· +· +1 +· {2}open\n +2 +2 +· +· +· +2 +· {2}closed/u,
    );
    await terminal.waitFor(/▌ +1 .*wave-1 .*✔ approved[^]*2 .*wave-2 .*✔ approved[^]*2 .*wave-3/u);
    await beginRow(support.admin, ids[0] ?? '');
    await stepRow(support.admin, ids[0] ?? '', 'precheck', 'success');
    await stepRow(support.admin, ids[0] ?? '', 'backup_config', 'running');
    await terminal.waitFor('0 of 3 succeeded · 1 running · 2 to come');
    await terminal.waitFor(/wave-1 .*▶ running +2\/12 backup_config +8%/u);
    await endRow(support.admin, ids[0] ?? '', 'success', null);
    await settle();
    await terminal.waitFor(/◷ wave 1 of 2 is over, wave 2 opens in (?:30 min|29 min)/u);
    await settle(new Date(Date.now() + 31 * 60_000));
    await terminal.waitFor('▶ wave 2 of 2 is open');
    await terminal.waitFor(/ 1 +1 +1 +· +· +· +· {2}over\n +2 +2 .* {2}open/u);
  });

  it('is stopped with a reason, and let go on by an approver who did not request it', async () => {
    await request();
    const ben = await open({ who: 'ben' });
    await ben.waitFor('x stop');
    await ben.press('x', 'enter');
    await ben.waitFor('✖ Stopping a plan needs a reason.');
    await ben.type('wrong week\r');
    await ben.waitFor('The plan is stopped: what has not begun does not begin.');
    await ben.waitFor('✖ stopped: wrong week');
    await ben.press('a');
    await ben.waitFor('The plan cannot be let go on: it needs the role approver; yours is operator.');
    await ben.press('x');
    await ben.waitFor('The plan cannot be stopped: it is stopped.');
    const ana = await open();
    await ana.waitFor('a let it go on');
    await ana.press('a');
    await ana.waitFor('What failed so far is accepted');
    await ana.type('it is the right one\r');
    await ana.waitFor('The plan goes on.');
    await ben.waitFor('▶ wave 1 of 2 is open');
    const rows = await support.admin`
      SELECT action, actor_name AS actor, reason FROM audit_events
      WHERE target_type = 'plan' AND target_id IN (SELECT id::text FROM upgrade_plans) AND action <> 'plan.request' ORDER BY seq`;
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { action: 'plan.stop', actor: 'ben', reason: 'wrong week' },
      { action: 'plan.resume', actor: 'ana', reason: 'it is the right one' },
    ]);
  });

  it('is stopped by a failure, and says so wherever an upgrade of it is in sight', async () => {
    await request();
    await end(0, 'failed');
    const terminal = await open();
    await terminal.waitFor('✖ stopped: 1 upgrade failed');
    await terminal.waitFor('0 of 3 succeeded · 1 failed · 2 to come');
    await terminal.press('esc');
    await terminal.waitFor('Wave 1 of 2 of a plan: 0 of 3 succeeded · 1 failed · 2 to come.');
    await terminal.waitFor('Plan: ✖ stopped: 1 upgrade failed.');
    await terminal.press('U');
    await terminal.waitFor(/Plan of \d+: ✖ stopped: 1 upgrade failed +0 of 3 succeeded/u);
    await terminal.press('w');
    await terminal.waitFor(/▸ plan[^]*✖ stopped: 1 upgrade failed\n 0 of 3/u);
  });

  it('waits for somebody to approve a wave, which a key does', async () => {
    await request({ approveWaves: true });
    const terminal = await open();
    await terminal.waitFor('▶ wave 1 of 2 is open');
    await terminal.press('a');
    await terminal.waitFor('The next wave cannot be approved: it is active.');
    await end(0, 'success');
    await terminal.waitFor('◌ Wave 1 is done: 1 of 1 succeeded. Wave 2 waits for somebody to approve it');
    await terminal.waitFor(/ 2 +2 .* {2}wants approval/u);
    await terminal.waitFor('a approve next wave');
    await terminal.press('a');
    await terminal.waitFor('Approve wave 2 of 2');
    await terminal.waitFor('2 upgrades of it may begin then');
    await terminal.press('enter');
    await terminal.waitFor('Wave 2 is approved: a worker opens it.');
    await settle();
    await terminal.waitFor('▶ wave 2 of 2 is open');
  });

  it('has no keys that change it in read-only mode, and is said to be none where there is none', async () => {
    await request();
    const terminal = start({ columns: 80, rows: 24, context: { readOnly: true, openAt: { upgrade: ids[1] ?? '' } } });
    await terminal.waitFor('w plan');
    await terminal.press('w', 'a', 'x');
    await terminal.waitFor('▶ wave 1 of 2 is open');
    expect(terminal.text()).not.toMatch(/x stop|Stop the plan|approve next/u);
    const { services, as, seed } = world();
    await forgetUpgrades(support.admin);
    const one = await requestUpgrades(services, as.ben, aRequest(['wave-1'], seed.images.mx));
    const other = start({ context: { openAt: { upgrade: one.upgrades[0]?.upgradeId ?? '' } } });
    await other.waitFor('a approve');
    await other.press('w');
    await other.waitFor('It goes in no plan: it was requested without waves.');
  });
});
