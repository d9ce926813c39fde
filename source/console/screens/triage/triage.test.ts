import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCuttingProxy } from '../../../../test/support/cutting-proxy.ts';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { openDatabase } from '../../../postgres/database.ts';
import { requestUpgrades } from '../../../upgrades/request.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
type Terminal = ReturnType<typeof start>;

const rowOf = (text: string, word: string): string => text.split('\n').find((line) => line.includes(word)) ?? '';

/**
 * ams-core-01 is too busy now and was not before; fra-leaf-01 has had too little memory all the while; ams-edge-01 had errors before and has
 * none now; fra-leaf-02 fell silent; fra-old-01 never sent anything.
 */
beforeAll(async () => {
  const { telemetry, seed } = world();
  const write = (name: string, steady: Parameters<typeof writeSteady>[3]): Promise<void> =>
    writeSteady(telemetry, seed.acme.id, [name], steady);
  await write('ams-core-01', { cpu: 91 });
  await write('fra-leaf-01', { freeMemory: 8 });
  await write('ams-edge-01', {});
  await write('ams-edge-02', {});
  await write('fra-leaf-02', { minutesSilent: 50 });
  await writeEarlier({ 'ams-core-01': {}, 'fra-leaf-01': { freeMemory: 8 }, 'ams-edge-01': { criticalErrors: 3 } });
  await writeEarlier({ 'ams-edge-02': {}, 'fra-leaf-02': {} });
});

/** What the store has left of the hours before the last two: sums of hours. */
async function writeEarlier(
  routers: Readonly<Record<string, { readonly freeMemory?: number; readonly criticalErrors?: number }>>,
): Promise<void> {
  const { seed } = world();
  const hourMs = 3_600_000;
  const hour = new Date(Math.floor(Date.now() / hourMs) * hourMs - 3 * hourMs);
  const newest = new Date(Date.now() - 2 * hourMs - 60_000);
  const after = new Date(hour.getTime() + hourMs);
  await support.admin`SELECT telemetry_make_partitions('telemetry_hourly', ${hour}, ${after}, '7 days', '')`;
  for (const [name, { freeMemory = 60, criticalErrors = 0 }] of Object.entries(routers)) {
    await support.admin`
      INSERT INTO telemetry_hourly (organization_id, router_id, hour, newest_at, cpu_samples, cpu_sum, cpu_min, cpu_max,
        memory_samples, memory_sum, memory_min, memory_max, critical_errors)
      VALUES (${seed.acme.id}, ${name}, ${hour}, ${newest}, 60, 1800, 30, 30, 60, ${60 * freeMemory}, ${freeMemory},
        ${freeMemory}, ${criticalErrors})`;
  }
}

beforeEach(() => forgetUpgrades(support.admin));

async function open(setup?: Parameters<typeof start>[0]): Promise<Terminal> {
  const terminal = start(setup);
  await terminal.waitFor('READY');
  await terminal.press('T');
  await terminal.waitFor('acme ▸ fleet ▸ triage');
  return terminal;
}

describe('the pulse', () => {
  it('counts each trouble, names the worst, and compares with the two hours before', async () => {
    const terminal = await open({ columns: 120, rows: 40 });
    await terminal.waitFor('▲ worse ▼ better than 2 h before');
    await terminal.waitFor(/CPU too high +1 ▲1\n +ams-core-01 +ams +91% mean +▲ new/u);
    const text = terminal.text();
    expect(text).toMatch(/memory low +1 =\n +fra-leaf-01 +fra +8% free at least\n/u);
    expect(text).toMatch(/critical errors +none ▼1/u);
    expect(text).toMatch(/silent +2 ▲1\n +fra-old-01 +nothing in 2 h\n +fra-leaf-02 +fra +since 20.* ▲ new/u);
    expect(rowOf(text, 'site fra')).toMatch(/site fra +2 ▲1 +■+□* +of 2/u);
    expect(rowOf(text, 'site ams')).toMatch(/site ams +1 = +■■□□□ +of 3/u);
    expect(text).toMatch(/6 routers, last 2 h/u);
  });

  it('counts upgrades, and says which of them wait for whom', async () => {
    const { services, seed, as } = world();
    await requestUpgrades(services, as.ben, aRequest(['ams-edge-02'], seed.images.mx));
    await requestUpgrades(services, as.ana, aRequest(['ams-edge-01'], seed.images.mx));
    const approver = await open({ columns: 80, rows: 24 });
    await approver.waitFor('1 wait for you to approve (and 1 of yours for others)');
    expect(approver.text()).toMatch(/upgrades +none in trouble/u);
    const viewer = await open({ who: 'cy', columns: 80, rows: 24 });
    await viewer.waitFor('2 wait for approval');
    await support.admin`UPDATE upgrades SET status = 'cancelled', closed_by = ${as.ana.operator.id}, closed_at = now()
      WHERE requested_by = ${as.ben.operator.id}`;
    await viewer.waitFor('1 wait for approval');
  });

  it('fits into 80 by 24 and into 200 by 50, and stays on its line when the size changes', async () => {
    const terminal = await open({ columns: 80, rows: 24 });
    await terminal.waitFor('of 2');
    await terminal.type('jj');
    await terminal.waitFor(/▌ memory low/u);
    terminal.resize(200, 50);
    await terminal.waitFor((screen) => screen.length === 50 && (screen.at(-1) ?? '').includes('of 1'));
    await terminal.waitFor(/▌ memory low +1/u);
    await terminal.waitFor(/fra-leaf-02 +fra +since \d{4}-\d\d-\d\d \d\d:\d\d CES?T/u);
    for (const line of terminal.screen()) expect(line.length).toBeLessThanOrEqual(200);
  });
});

describe('a line leads', () => {
  it('to the fleet with exactly its routers, and on to the cause: three keys from the start', async () => {
    const terminal = await open();
    await terminal.waitFor(/▌ CPU too high +1/u);
    await terminal.press('enter');
    await terminal.waitFor('triage ▸ fleet');
    await terminal.waitFor('1 of 1 ');
    expect(terminal.text()).toContain('filter: trouble=cpu');
    expect(terminal.text()).toMatch(/▌ +ams-core-01/u);
    await terminal.press('enter');
    await terminal.waitFor('triage ▸ fleet ▸ ams-core-01');
  });

  it('to those of a site that are in trouble', async () => {
    const terminal = await open();
    await terminal.waitFor(/site fra +2/u);
    await terminal.press('G', 'k', 'enter');
    await terminal.waitFor('filter: site==fra trouble=any');
    await terminal.waitFor('1 of 2 ');
    expect(terminal.text()).not.toContain('ams-core-01');
    await terminal.press('esc', 'esc');
    await terminal.waitFor(/site ams/u);
  });

  it('to the router itself, and to the upgrades that wait', async () => {
    const { services, seed, as } = world();
    await requestUpgrades(services, as.ben, aRequest(['ams-edge-02'], seed.images.mx));
    const terminal = await open();
    await terminal.waitFor('1 wait for you to approve');
    await terminal.press('j', 'enter');
    await terminal.waitFor('triage ▸ ams-core-01');
    await terminal.press('esc', 'G', 'k', 'k', 'enter');
    await terminal.waitFor('triage ▸ approvals');
    await terminal.waitFor('●for you 1');
  });

  it('even when its keys come faster than it can be known: no other router is opened', async () => {
    const terminal = start();
    await terminal.waitFor('READY');
    await terminal.type('T\r\r\r');
    await terminal.waitFor('triage');
    await terminal.waitFor(/CPU too high|ams-core-01/u);
    expect(terminal.text()).not.toMatch(/▸ (?!ams-core-01)[a-z]+-[a-z]+-\d\d/u);
  });
});

it('says how old the counts are while PostgreSQL does not answer', { timeout: 60_000 }, async () => {
  const proxy = await startCuttingProxy(support.settings('app_user'));
  const database = openDatabase({ ...support.settings('app_user'), port: proxy.port });
  const terminal = await open({ columns: 80, rows: 24, context: { database } });
  await terminal.waitFor('in trouble');
  await proxy.cut();
  await terminal.waitFor(/PostgreSQL does not answer: as of \d+ s ago\./u);
  expect(terminal.text()).toMatch(/CPU too high +1/u);
  await proxy.mend();
  await terminal.waitForGone('PostgreSQL does not answer: as of');
  await terminal.press('ctrl+c');
  await database.close();
  await proxy.stop();
});
