import { describe, expect, it } from 'vitest';
import { startCuttingProxy } from '../../../../test/support/cutting-proxy.ts';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { openDatabase } from '../../../postgres/database.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
type Terminal = ReturnType<typeof start>;

/** Opens the policy that so many rows are above. */
async function open(above: number, name: string, setup?: Parameters<typeof start>[0]): Promise<Terminal> {
  const terminal = start(setup);
  await terminal.waitFor('READY');
  await terminal.press('P');
  await terminal.waitFor(/1 of \d policies/u);
  await terminal.type(`${'j'.repeat(above)}\r`);
  await terminal.waitFor(` ▸ ${name}`);
  return terminal;
}

describe('a policy', () => {
  it('is shown with its limits and its routers in 80 by 24', async () => {
    const terminal = await open(1, 'ams: hub site', { columns: 80, rows: 24 });
    await terminal.waitFor(/▌ {2}ams-edge-01 .*active/u);
    const text = terminal.text();
    expect(text).toMatch(/^ #\d+ ams: hub site {3}own {3}vendor=Juniper {2}model=any {2}site=ams$/mu);
    expect(text).toMatch(/^ priority 0, specificity 11$/mu);
    expect(text).toMatch(/^ CPU ≤ 80% {3}free memory ≥ 20% {3}critical errors ≤ 0 {3}readings ≤ 300 s old$/mu);
    expect(text).toMatch(/^ Sat 01:00–05:00 Europe\/Amsterdam$/mu);
    expect(text).toMatch(/HOSTNAME +SITE +MODEL +RUNNING +STATUS/u);
    expect(text).toMatch(/ams-edge-02 +ams +MX204 +21\.4R3-S5 +active/u);
    expect(text).not.toContain('fra-leaf');
    expect(terminal.screen().at(-1)).toMatch(/1 of 2 routers .*↵ open router {2}e explain/u);
  });

  it('has room for every column in 120 by 40', async () => {
    const terminal = await open(3, 'any router');
    await terminal.waitFor(/HOSTNAME +SITE +VENDOR +MODEL +RUNNING +TARGET +STATUS/u);
    await terminal.waitFor(/fra-leaf-02 +fra +Arista +\S+ +4\S+ +4\S+ +active/u);
    expect(terminal.text()).toMatch(/#\d+ any router {3}shared {3}vendor=any {2}model=any {2}site=any {3}priority 0/u);
    expect(terminal.text()).toMatch(/fra-old-01 +\S+ +– +– /u);
    expect(terminal.text()).toContain('no weekly window');
  });

  it('opens a router, and comes back to it', async () => {
    const terminal = await open(1, 'ams: hub site');
    await terminal.waitFor(/ams-edge-02 .*active/u);
    await terminal.type('j\r');
    await terminal.waitFor('▸ ams: hub site ▸ ams-edge-02');
    await terminal.press('esc');
    await terminal.waitFor('2 of 2 routers');
    await terminal.press('e');
    await terminal.waitFor('▸ policy of ams-edge-02');
  });

  it('follows what happens elsewhere: limits, rows, routers that come and go', async () => {
    const { seed } = world();
    const terminal = await open(1, 'ams: hub site', { columns: 80, rows: 24 });
    await terminal.waitFor(/ams-edge-02 .*active/u);
    await terminal.press('j');
    await support.admin`
      UPDATE upgrade_policies SET max_cpu_percent = 42.5 WHERE id = ${seed.acme.policies.amsJuniper}`;
    await terminal.waitFor('CPU ≤ 42.5%');
    await support.admin`
      UPDATE routers SET status = 'maintenance' WHERE organization_id = ${seed.acme.id} AND id = 'ams-edge-01'`;
    await terminal.waitFor(/ams-edge-01 .*maintenance/u);
    await support.admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver, vendor_id, model_id, site_id)
      SELECT organization_id, 'ams-a', 'ams-a', mgmt_ip, current_ver, vendor_id, model_id, site_id FROM routers
      WHERE organization_id = ${seed.acme.id} AND id = 'ams-edge-01'`;
    // The cursor stays on its router.
    await terminal.waitFor('3 of 3 routers');
    await terminal.waitFor(/ {3}ams-a .*active/u);
    await terminal.waitFor(/▌ {2}ams-edge-02 /u);
    await support.admin`DELETE FROM routers WHERE organization_id = ${seed.acme.id} AND id = 'ams-a'`;
    await terminal.waitFor('2 of 2 routers');
    await support.admin`UPDATE upgrade_policies SET is_active = false WHERE id = ${seed.acme.policies.amsJuniper}`;
    await terminal.waitFor('It is switched off and applies to no router.');
    await terminal.press('enter', 'e', 'j');
    expect(terminal.text()).toContain('▸ ams: hub site');
    await support.admin`
      UPDATE upgrade_policies SET is_active = true, max_cpu_percent = 80 WHERE id = ${seed.acme.policies.amsJuniper}`;
    await terminal.waitFor(/of 2 routers/u);
  });

  it('is not mistaken for the one that was shown before', async () => {
    const terminal = await open(1, 'ams: hub site');
    await terminal.waitFor(/ams-edge-02 .*active/u);
    await terminal.press('esc');
    await terminal.waitFor('2 of 4 policies');
    await terminal.type('k\r\r');
    await terminal.waitFor(/policies ▸ core, Cisco, careful/u);
    await terminal.waitFor(/▌ {2}ams-core-01 .*active/u);
    expect(terminal.text()).not.toContain('ams-edge');
  });

  it('says so once it is gone', async () => {
    await support.admin`
      INSERT INTO upgrade_policies (name, max_cpu_percent, min_free_mem_percent, priority)
      VALUES ('short-lived', 80, 20, -1)`;
    const terminal = await open(4, 'short-lived', { columns: 80, rows: 24 });
    await terminal.waitFor('It applies to no router now.');
    await support.admin`DELETE FROM upgrade_policies WHERE name = 'short-lived'`;
    await terminal.waitFor(/There is no policy #\d+ in this organization\. P lists those that there are\./u);
  });
});

it('keeps what was read while PostgreSQL does not answer', { timeout: 60_000 }, async () => {
  const proxy = await startCuttingProxy(support.settings('app_user'));
  const database = openDatabase({ ...support.settings('app_user'), port: proxy.port });
  const terminal = await open(1, 'ams: hub site', { columns: 80, rows: 24, context: { database } });
  await terminal.waitFor(/ams-edge-02 .*active/u);
  await proxy.cut();
  await terminal.waitFor(/PostgreSQL does not answer: as of \d+ s ago\./u);
  await terminal.press('j');
  await terminal.waitFor(/▌ {2}ams-edge-02 +ams +MX204 +21\.4R3-S5 +active/u);
  await proxy.mend();
  await terminal.waitForGone('does not answer');
  await terminal.press('ctrl+c');
  await database.close();
  await proxy.stop();
});

it('shows and follows any of 100,000 routers', { timeout: 120_000 }, async () => {
  const { seed } = world();
  await support.admin`
    INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver)
    SELECT ${seed.acme.id}, 'm-' || n, 'host-' || n, '10.1.0.1', '1.' || n FROM generate_series(100001, 199994) AS n`;
  const terminal = start({ columns: 80, rows: 24, context: { openAt: { router: 'fra-old-01' } } });
  await terminal.waitFor('fra-old-01');
  await terminal.press('P');
  await terminal.waitFor(/any router .* 99,997$/mu);
  await terminal.type('G\r');
  await terminal.waitFor('1 of 99,997 routers');
  await terminal.press('G');
  await terminal.waitFor(/▌ {2}host-199994 .*1\.199994 +active/u);
  await terminal.press('pgup', 'pgup', 'pgup');
  await terminal.waitFor(/host-1999\d\d .*1\.1999\d\d +active\n/u);
  await support.admin`
    UPDATE routers SET status = 'offline' WHERE organization_id = ${seed.acme.id} AND hostname > 'host-1999'`;
  await terminal.waitFor(/host-1999\d\d .*1\.1999\d\d +offline\n/u);
  await terminal.press('g');
  await terminal.waitFor(/▌ {2}fra-leaf-01 .*active/u);
});
