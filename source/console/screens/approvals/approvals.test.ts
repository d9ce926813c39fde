import { beforeEach, describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { setApprovalRules } from '../../../postgres/approval-rules.ts';
import { approveUpgrade } from '../../../upgrades/decide.ts';
import { requestUpgrades } from '../../../upgrades/request.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
type Terminal = ReturnType<typeof start>;

const ROUTERS = ['ams-edge-01', 'ams-edge-02', 'ams-core-01'] as const;

beforeEach(async () => {
  const { telemetry, seed, scope, as } = world();
  await forgetUpgrades(support.admin);
  await setApprovalRules(scope, as.ada, { approvers: 1 });
  await writeSteady(telemetry, seed.acme.id, ROUTERS);
});

/** Requests it as ben, or whoever is named; returns its id. */
async function request(hostname: string, who: 'ana' | 'ben' = 'ben'): Promise<string> {
  const { services, seed, as } = world();
  const image = hostname.includes('core') ? seed.images.asr : seed.images.mx;
  const { upgrades } = await requestUpgrades(services, as[who], aRequest([hostname], image));
  return upgrades[0]?.upgradeId ?? '';
}

async function statuses(): Promise<readonly string[]> {
  const rows = await support.admin<{ status: string }[]>`SELECT status FROM upgrades ORDER BY id`;
  return rows.map(({ status }) => status);
}

async function open(setup?: Parameters<typeof start>[0]): Promise<Terminal> {
  const terminal = start(setup);
  await terminal.waitFor('READY');
  await terminal.press('A');
  await terminal.waitFor('acme ▸ fleet ▸ approvals');
  return terminal;
}

describe('the inbox', () => {
  it('has what the operator may approve, and apart from it what only others may, and why', async () => {
    await request('ams-edge-01');
    await request('ams-core-01', 'ana');
    const terminal = await open();
    await terminal.waitFor('●for you 1    for others 1');
    expect(terminal.text()).toMatch(/▌.*ams-edge-01 .*21\.4R3-S5 → 22\.4R3-S2 +✔ all \d+ +ben/u);
    expect(terminal.text()).toContain('Nobody approves what they asked for.');
    await terminal.press('tab');
    await terminal.waitFor('You cannot approve it: you requested it, so somebody else must approve it.');
    await terminal.press('a');
    await terminal.waitFor('cannot be approved: you requested it');
    const viewer = await open({ who: 'cy' });
    await viewer.waitFor('●for you 0    for others 2');
    await viewer.waitFor('Nothing waits for you. tab shows what waits for others.');
  });

  it('says what changes, when and by whose wish, and the gates, those that did not pass first', async () => {
    const id = await request('ams-edge-01');
    await support.admin.begin(async (sql) => {
      // What was requested cannot be changed, so not even a test can have it otherwise by fair means.
      await sql`SET LOCAL session_replication_role = replica`;
      await sql`UPDATE upgrades SET gates = jsonb_set(gates, '{3,result}', '"fail"') WHERE id = ${id}::bigint`;
    });
    const terminal = await open();
    await terminal.waitFor(/✖ 1 of \d+/u);
    const text = terminal.text();
    expect(text).toMatch(/image junos-install-mx-x86-64-22\.4R3-S2\.tgz, 905\.3 MB +sha256 aaaaaaaaaaaaaaaa…/u);
    expect(text).toMatch(/asked by ben .* no change reference/u);
    expect(text).toMatch(/gates ✖ 1 of \d+ did not pass when it was asked for +policy “ams: hub site”/u);
    expect(text).toMatch(/did not pass.*\n ✖ /u);
  });

  it('fits into 80 by 24 and into 200 by 50', async () => {
    await request('ams-edge-01');
    await request('ams-edge-02');
    const small = await open({ columns: 80, rows: 24 });
    await small.waitFor(/▌.*ams-edge-01 .*✔ all \d+ +ben/u);
    await small.waitFor('✔ all');
    expect(small.screen().at(-1)).toContain('1 of 2 items');
    const large = await open({ columns: 200, rows: 50 });
    await large.waitFor(/ams-edge-01 +ams .*as soon as approved/u);
  });
});

describe('a decision', () => {
  it('on one takes its host name, and it goes from the inbox of every console', async () => {
    await request('ams-edge-01');
    const terminal = await open();
    const other = await open({ who: 'ada' });
    await terminal.waitFor('●for you 1');
    await terminal.press('a');
    await terminal.waitFor('Type ams-edge-01 to approve.');
    await terminal.type('ams-edge-01\r');
    await terminal.waitFor('Nothing waits for you.');
    await other.waitFor('Nothing waits for you.');
    expect(await statuses()).toEqual(['approved']);
  });

  it('on many takes their number typed by hand, and each has an audit row', async () => {
    for (const name of ROUTERS) await request(name);
    const terminal = await open();
    await terminal.waitFor('●for you 3');
    await terminal.type('*a');
    await terminal.waitFor('Approve 3 upgrades');
    await terminal.waitFor('All gates passed when they were asked for.');
    await terminal.paste('3');
    await terminal.press('enter');
    await terminal.waitFor('This is not 3.');
    expect(await statuses()).toEqual(['pending', 'pending', 'pending']);
    await terminal.type('3\r');
    await terminal.waitFor('3 upgrades are approved.');
    expect(await statuses()).toEqual(['approved', 'approved', 'approved']);
    const [audit] = await support.admin`SELECT count(*)::int AS rows FROM audit_events
      WHERE action = 'upgrade.approve' AND actor_name = 'ana' AND upgrade_id IN (SELECT id FROM upgrades)`;
    expect(audit).toEqual({ rows: 3 });
  });

  it('tells the truth where somebody else was faster: what they decided stays', async () => {
    const { services, as } = world();
    const [first] = [await request('ams-edge-01'), await request('ams-edge-02')];
    const terminal = await open();
    await terminal.waitFor('●for you 2');
    await terminal.type('*a');
    await terminal.waitFor('Type 2 to approve');
    await approveUpgrade(services, as.ada, first);
    await terminal.type('2\r');
    await terminal.waitFor('1 upgrade is approved.');
    await terminal.waitFor('1 not:');
    await terminal.waitFor(`Upgrade ${first} of ams-edge-01 cannot be approved: it is approved`);
    const rows =
      await support.admin`SELECT o.name FROM upgrades JOIN operators AS o ON o.id = approved_by ORDER BY upgrades.id`;
    expect(rows.map(({ name }) => String(name))).toEqual(['ada', 'ana']);
  });

  it('of rejection on many takes a reason and their number', async () => {
    await request('ams-edge-01');
    await request('ams-edge-02');
    const terminal = await open();
    await terminal.waitFor('●for you 2');
    await terminal.type('  r');
    await terminal.waitFor('Reject 2 upgrades: why?');
    await terminal.press('enter');
    await terminal.waitFor('A rejection needs a reason.');
    await terminal.type('not this week\r');
    await terminal.waitFor('Type 2 to reject');
    await terminal.type('2\r');
    await terminal.waitFor('2 upgrades are rejected.');
    const rows = await support.admin`SELECT status, close_reason FROM upgrades`;
    expect(rows.map((row) => ({ ...row }))).toEqual(
      Array.from({ length: 2 }, () => ({ status: 'rejected', close_reason: 'not this week' })),
    );
  });

  it('of one among two approvers leaves it for somebody else, and says who approved it', async () => {
    const { scope, as } = world();
    await setApprovalRules(scope, as.ada, { approvers: 2 });
    await request('ams-edge-01');
    const terminal = await open();
    await terminal.waitFor('Two people approve each');
    await terminal.waitFor('●for you 1');
    await terminal.press('a');
    await terminal.waitFor('Type ams-edge-01');
    await terminal.type('ams-edge-01\r');
    await terminal.waitFor('●for you 0    for others 1');
    await terminal.press('tab');
    await terminal.waitFor('you approved it, and somebody else has to as well');
    const other = await open({ who: 'ada' });
    await other.waitFor(/ams-edge-01 .*ben +ana/u);
  });
});

it('has a wave that waits, and approves it', async () => {
  const { services, seed, as } = world();
  const one = { kind: 'count', count: 1 } as const;
  const plan = { waves: [one, one], pauseMinutes: 0, successRate: 100, stopAfter: null, approveWaves: true };
  await requestUpgrades(services, as.ben, aRequest(['ams-edge-01', 'ams-edge-02'], seed.images.mx, { plan }));
  await support.admin`UPDATE upgrade_plans SET state = 'waiting', reason = 'Wave 2 waits for somebody to approve it.'`;
  const terminal = await open();
  await terminal.waitFor(/▌ +plan +◌ wave 2 of 2/u);
  await terminal.press('a');
  await terminal.waitFor('Approve wave 2 of 2');
  await terminal.press('enter');
  await terminal.waitFor('Wave 2 is approved');
  await terminal.waitForGone('◌ wave 2 of 2');
  const [row] = await support.admin`SELECT state FROM upgrade_plans`;
  expect(row).toEqual({ state: 'active' });
});
