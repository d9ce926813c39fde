import { beforeEach, describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { approveUpgrade } from '../../../upgrades/decide.ts';
import { requestUpgrades } from '../../../upgrades/request.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);

beforeEach(async () => {
  const { telemetry, seed } = world();
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01', 'ams-edge-02'], { cpu: 12 });
});

async function addRouters(...hostnames: readonly string[]): Promise<void> {
  const { seed } = world();
  for (const hostname of hostnames) {
    await support.admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver)
      VALUES (${seed.acme.id}, ${hostname}, ${hostname}, '10.0.9.9', '1.0')`;
  }
}

describe('a change made elsewhere', () => {
  it('to a router appears', async () => {
    const { seed } = world();
    const terminal = start();
    await terminal.waitFor(/ams-edge-01 .*✔ ready/u);
    await support.admin`
      UPDATE routers SET target_ver = '21.4R3-S5' WHERE organization_id = ${seed.acme.id} AND id = 'ams-edge-01'`;
    await terminal.waitFor(/ams-edge-01 .*· up to date/u);
    await support.admin`
      UPDATE routers SET target_ver = '22.4R3-S2' WHERE organization_id = ${seed.acme.id} AND id = 'ams-edge-01'`;
    await terminal.waitFor(/ams-edge-01 .*✔ ready/u);
  });

  it('in another organization does not', async () => {
    const { seed } = world();
    const terminal = start();
    await terminal.waitFor(/ams-edge-02 .*✔ ready/u);
    await support.admin`
      UPDATE routers SET target_ver = NULL WHERE organization_id = ${seed.globex.id} AND id = 'ams-edge-02'`;
    // The next change of our own shows that the other's has had its chance.
    await support.admin`
      UPDATE routers SET status = 'maintenance' WHERE organization_id = ${seed.acme.id} AND id = 'fra-old-01'`;
    await terminal.waitFor(/fra-old-01 .*– maintenance/u);
    expect(terminal.text()).toMatch(/ams-edge-02 .*✔ ready/u);
  });

  it('a request and an approval are counted, and the router is being upgraded', async () => {
    const { seed, services, as } = world();
    const terminal = start();
    await terminal.waitFor(/ams-edge-01 .*✔ ready/u);
    const outcome = await requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.mx));
    await terminal.waitFor('1 waits for approval');
    await terminal.waitFor(/ams-edge-01 .*◌ to approve/u);
    const [upgrade] = await support.admin`SELECT id::text FROM upgrades`;
    expect(outcome).toBeDefined();
    await approveUpgrade(services, as.ana, String(upgrade?.['id']));
    await terminal.waitFor('1 approved');
    await terminal.waitFor(/ams-edge-01 .*✔ approved/u);
    await terminal.waitForGone('waits for approval');
  });

  it('to a policy is judged anew for every router', async () => {
    const terminal = start();
    await terminal.waitFor(/ams-edge-02 .*✔ ready/u);
    await support.admin`UPDATE upgrade_policies SET max_cpu_percent = 10`;
    await terminal.waitFor(/ams-edge-02 .*✖ cpu/u);
    await support.admin`UPDATE upgrade_policies SET max_cpu_percent = 80`;
    await terminal.waitFor(/ams-edge-02 .*✔ ready/u);
  });
});

describe('routers that come and go', () => {
  it('leave the current one current, and at its height where it can be', async () => {
    const terminal = start({ columns: 80, rows: 24 });
    await terminal.waitFor(' 6 routers · ');
    await terminal.press('j', 'j', 'j');
    await terminal.waitFor('▌  fra-leaf-01');
    await addRouters('aaa-01', 'aaa-02');
    await terminal.waitFor('6 of 8');
    expect(terminal.screen()[3]).toContain('aaa-01');
    expect(terminal.text()).toContain('▌  fra-leaf-01');
    await addRouters(...Array.from({ length: 30 }, (_, index) => `bbb-${10 + index}`));
    await terminal.waitFor('36 of 38');
    expect(terminal.text()).toContain('▌  fra-leaf-01');
    const height = terminal.screen().findIndex((line) => line.startsWith('▌'));
    await support.admin`DELETE FROM routers WHERE id LIKE 'bbb-%'`;
    await terminal.waitFor('6 of 8');
    expect(terminal.text()).toContain('▌  fra-leaf-01');
    expect(height).toBeGreaterThan(3);
    await support.admin`DELETE FROM routers WHERE id LIKE 'aaa-%'`;
    await terminal.waitFor('4 of 6');
  });

  it('leave somebody at the top there, who has not chosen any', async () => {
    const terminal = start({ columns: 80, rows: 24 });
    await terminal.waitFor(' 6 routers · ');
    await addRouters('aaa-01');
    await terminal.waitFor('▌  aaa-01');
    await terminal.waitFor('1 of 7');
    await terminal.press('j', 'k', 'j');
    await terminal.waitFor('▌  ams-core-01');
    await support.admin`DELETE FROM routers WHERE id = 'aaa-01'`;
    await terminal.waitFor('1 of 6');
    expect(terminal.text()).toContain('▌  ams-core-01');
  });

  it('take the place of a current one that is gone', async () => {
    await addRouters('zzz-01', 'zzz-02');
    const terminal = start({ columns: 80, rows: 24 });
    await terminal.waitFor(' 8 routers · ');
    await terminal.press('G');
    await terminal.waitFor('▌  zzz-02');
    await support.admin`DELETE FROM routers WHERE id = 'zzz-02'`;
    await terminal.waitFor('▌  zzz-01');
    await support.admin`DELETE FROM routers WHERE id = 'zzz-01'`;
    await terminal.waitFor('6 of 6');
  });
});

describe('hostile names', () => {
  it.each([
    ['escape sequences', '\u001b[2J\u001b]0;owned\u0007\u001b[31mevil', /evil /u],
    ['wide characters', '骨'.repeat(60), /骨骨骨/u],
    ['right to left', 'שלום-\u202eABC', /ABC/u],
    ['a very long name', 'x'.repeat(253), /x{10}…/u],
  ])('%s do not break the frame', async (_, hostname, shown) => {
    const { seed } = world();
    await support.admin`
      UPDATE routers SET hostname = ${hostname} WHERE organization_id = ${seed.acme.id} AND id = 'ams-core-01'`;
    const terminal = start({ columns: 80, rows: 24 });
    await terminal.waitFor(shown);
    await terminal.waitFor(/ams-edge-02 .*✔ ready/u);
    const screen = terminal.screen();
    expect(screen[0]).toMatch(/^ netup {2}acme ▸ fleet/u);
    expect(screen.at(-2)).toBe('─'.repeat(80));
    expect(screen.at(-1)).toMatch(/\? help$/u);
    const row = screen.findIndex((line) => shown.test(line));
    await terminal.type(`${'j'.repeat(row - 3)}\r`);
    await terminal.waitFor((now) => /▸ .*ana \(approver\)/u.test(now[0] ?? '') && (now[3] ?? '').startsWith('┌ CPU'));
    expect(terminal.screen().at(-2)).toBe('─'.repeat(80));
    await support.admin`UPDATE routers SET hostname = 'ams-core-01' WHERE id = 'ams-core-01'`;
  });
});
