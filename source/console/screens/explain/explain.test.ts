import { afterEach, describe, expect, it } from 'vitest';
import { startCuttingProxy } from '../../../../test/support/cutting-proxy.ts';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { openDatabase } from '../../../postgres/database.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
type Terminal = ReturnType<typeof start>;

/** Explains the router that so many rows of the fleet are above. */
async function explain(above: number, hostname: string, setup?: Parameters<typeof start>[0]): Promise<Terminal> {
  const terminal = start(setup);
  await terminal.waitFor(' 6 routers');
  await terminal.waitFor('READY');
  await terminal.type(`${'j'.repeat(above)}e`);
  await terminal.waitFor(`▸ policy of ${hostname}`);
  return terminal;
}

async function override(reason: string): Promise<void> {
  const { seed } = world();
  await support.admin`
    INSERT INTO router_policy_overrides (organization_id, router_id, policy_id, reason, created_by)
    VALUES (${seed.acme.id}, 'ams-core-01', ${seed.policies.any}, ${reason}, ${seed.ada.id})`;
}

afterEach(async () => {
  await support.admin`DELETE FROM router_policy_overrides`;
});

describe('why a router has its policy', () => {
  it('is said of each policy, in rank order', async () => {
    const terminal = await explain(1, 'ams-edge-01');
    await terminal.waitFor(
      /✔ wins +#\d+ ams: hub site +own +0 +wins: model=any, vendor=Juniper, site=ams; rank 1 of 2/u,
    );
    const text = terminal.text();
    expect(text).toMatch(/^ ams-edge-01 {3}vendor=Juniper {2}model=MX204 {2}site=ams {3}✔ wins #\d+ ams: hub site$/mu);
    expect(text).toMatch(
      /An override counts first; then the highest priority; then the most specific \(organization, model,/u,
    );
    expect(text).toMatch(
      /✖ mismatch +#\d+ core, Cisco, careful +own +0 +does not match: vendor is Juniper, not Cisco/u,
    );
    expect(text).toMatch(/✖ mismatch +#\d+ Cisco +shared/u);
    expect(text).toMatch(/· outranked +#\d+ any router +shared +0 +matches, but outranked by #\d+ “ams: hub site”/u);
    const rows = [/core, Cisco, careful +own/u, /hub site +own/u, /any router +shared/u].map((row) => text.search(row));
    expect(rows).toEqual(rows.toSorted((a, b) => a - b));
  });

  it('fits into 80 by 24, with the whole reason and the whole legend', async () => {
    const terminal = await explain(1, 'ams-edge-01', { columns: 80, rows: 24 });
    await terminal.waitFor('1 of 4 policies');
    const text = terminal.text().replaceAll(/\s+/gu, ' ');
    expect(text).toContain('then the newest; then the lowest number.');
    expect(text).toContain(
      'core, Cisco, careful: does not match: vendor is Juniper, not Cisco, model is MX204, not ASR1002-HX',
    );
    await terminal.press('G');
    await terminal.waitFor(/#\d+ any router: matches, but outranked by #\d+ “ams: hub site”/u);
    expect(terminal.screen().at(-1)).toContain('4 of 4 policies');
  });

  it('is an override, by whom and why, and changes when that is taken away', async () => {
    await override('fan being replaced');
    const terminal = await explain(0, 'ams-core-01', { columns: 80, rows: 24 });
    await terminal.waitFor(/site=ams\n ★ override #\d+ any router$/mu);
    await terminal.press('G');
    await terminal.waitFor(/any router: override by ada: fan being replaced; without it, #\d+ “core,/u);
    expect(terminal.text()).toMatch(/· outranked +#\d+ core, Cisco/u);
    await support.admin`DELETE FROM router_policy_overrides`;
    await terminal.waitFor(/✔ wins +#\d+ core, Cisco/u);
    await terminal.waitFor(/· outranked +#\d+ any router/u);
    expect(terminal.screen().at(-1)).toContain('4 of 4 policies');
  });

  it('follows policies that are changed elsewhere', async () => {
    const { seed } = world();
    const terminal = await explain(1, 'ams-edge-01', { columns: 80, rows: 24 });
    await terminal.waitFor(/✔ wins +#\d+ ams: hub site/u);
    await support.admin`UPDATE upgrade_policies SET is_active = false WHERE id = ${seed.acme.policies.amsJuniper}`;
    await terminal.waitFor(/– inactive +#\d+ ams: hub site/u);
    await terminal.waitFor(/✔ wins +#\d+ any router/u);
    await support.admin`UPDATE upgrade_policies SET is_active = true WHERE id = ${seed.acme.policies.amsJuniper}`;
    await terminal.waitFor(/✔ wins +#\d+ ams: hub site/u);
  });

  it('leads to the policy', async () => {
    const terminal = await explain(1, 'ams-edge-01');
    await terminal.waitFor('1 of 4 policies');
    await terminal.type('j\r');
    await terminal.waitFor('▸ policy of ams-edge-01 ▸ ams: hub site');
    await terminal.waitFor(/ams-edge-02 .*21\.4R3-S5/u);
    await terminal.press('esc');
    await terminal.waitFor('2 of 4 policies');
  });

  it('cannot write on the screen what somebody gave as reason', async () => {
    await override('\u001B[2J\u001B]0;owned\u0007line\r\nbreak \u202Eright');
    const terminal = await explain(0, 'ams-core-01', { columns: 80, rows: 24 });
    await terminal.waitFor('★ override');
    await terminal.press('G');
    await terminal.waitFor(/override by ada: .*line/u);
    expect(terminal.text()).toContain('▸ policy of ams-core-01');
    expect(terminal.text()).not.toMatch(/[\u001B\u0007\u202E]/u);
  });
});

it('keeps what was read while PostgreSQL does not answer', { timeout: 60_000 }, async () => {
  const proxy = await startCuttingProxy(support.settings('app_user'));
  const database = openDatabase({ ...support.settings('app_user'), port: proxy.port });
  const terminal = await explain(1, 'ams-edge-01', { columns: 80, rows: 24, context: { database } });
  await terminal.waitFor('✔ wins');
  await proxy.cut();
  await terminal.waitFor(/PostgreSQL does not answer: as of \d+ s ago\./u);
  expect(terminal.text()).toMatch(/✔ wins +#\d+ ams: hub site/u);
  await proxy.mend();
  await terminal.waitForGone('does not answer');
  await terminal.press('ctrl+c');
  await database.close();
  await proxy.stop();
});

it('says that nothing applies, where nothing fits or nothing is', async () => {
  await support.admin`DELETE FROM upgrade_policies WHERE organization_id IS NULL`;
  const terminal = await explain(5, 'fra-old-01', { columns: 80, rows: 24 });
  await terminal.waitFor('no policy applies, so it cannot be upgraded');
  expect(terminal.text()).toMatch(/vendor=not known {2}model=not known/u);
  await terminal.waitFor(/✖ mismatch +#\d+ ams: hub site/u);
  await support.admin`DELETE FROM upgrade_policies`;
  await terminal.waitFor('There is no policy: `netup-tui fleet load FILE` reads some.');
  await support.admin`DELETE FROM routers WHERE id = 'fra-old-01'`;
  await terminal.waitFor('There is no router fra-old-01 in this organization.');
});
