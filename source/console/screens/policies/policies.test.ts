import { describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);

const rowOf = (text: string, word: string): string => text.split('\n').find((line) => line.includes(word)) ?? '';

describe('the policies', () => {
  it('are listed in rank order with wildcards as `any` and the number of routers that each applies to', async () => {
    const terminal = start({ columns: 160, rows: 40 });
    await terminal.waitFor('READY');
    await terminal.type('P');
    await terminal.waitFor('ams: hub site');
    const text = terminal.text();
    const order = [/core, Cisco, careful/u, /ams: hub site/u, /\d {2}Cisco/u, /any router/u].map((name) =>
      text.search(name),
    );
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(rowOf(text, 'core, Cisco, careful')).toMatch(/own +Cisco +ASR1002-HX +any +0 +80% +20% +0 +none +1 *$/u);
    expect(rowOf(text, 'ams: hub site')).toMatch(/own +Juniper +any +ams .*Sat 01:00–05:00 Europe\/Amsterdam +2 *$/u);
    expect(rowOf(text, 'any router')).toMatch(/shared +any +any +any .* 3 *$/u);
  });

  it('fit into 80 by 24', async () => {
    const terminal = start({ columns: 80, rows: 24 });
    await terminal.waitFor('READY');
    await terminal.type('P');
    await terminal.waitFor('ams: hub site');
    expect(terminal.screen().every((line) => line.length <= 80)).toBe(true);
    expect(rowOf(terminal.text(), 'ams: hub site')).toMatch(/Juniper +any +ams +80% +2 *$/u);
    expect(terminal.screen().at(-1)).toContain('1 of 4 policies');
  });

  it('change when somebody changes them elsewhere', async () => {
    const terminal = start();
    await terminal.waitFor('READY');
    await terminal.type('P');
    await terminal.waitFor(/any router .* 80%/u);
    await support.admin`UPDATE upgrade_policies SET max_cpu_percent = 55 WHERE name = 'any router'`;
    await terminal.waitFor(/any router .* 55%/u);
    await support.admin`UPDATE upgrade_policies SET max_cpu_percent = 80 WHERE name = 'any router'`;
  });

  it('open to their routers, and a router to the reasons', async () => {
    const terminal = start();
    await terminal.waitFor('READY');
    await terminal.type('P');
    await terminal.waitFor('ams: hub site');
    await terminal.type('j\r');
    await terminal.waitFor('vendor=Juniper  model=any  site=ams');
    await terminal.waitFor(/ams-edge-02 .*21\.4R3-S5/u);
    expect(terminal.text()).not.toContain('fra-leaf');
    await terminal.type('e');
    await terminal.waitFor(
      /✔ applies +#\d+ ams: hub site +own +wins: model=any, vendor=Juniper, site=ams; rank 1 of 2/u,
    );
    await terminal.waitFor(/✖ does not fit +#\d+ core, Cisco, careful/u);
    await terminal.waitFor(/· outranked +#\d+ any router/u);
    await terminal.press('enter');
    await terminal.waitFor('▸ core, Cisco, careful');
    await terminal.waitFor(/ams-core-01/u);
  });

  it('show an override first, with its reason', async () => {
    const { seed } = world();
    await support.admin`
      INSERT INTO router_policy_overrides (organization_id, router_id, policy_id, reason, created_by)
      VALUES (${seed.acme.id}, 'ams-core-01', ${seed.policies.any}, 'fan being replaced', ${seed.ada.id})`;
    const terminal = start({ columns: 80, rows: 24 });
    await terminal.waitFor(/▌ +ams-core-01/u);
    await terminal.type('e');
    await terminal.waitFor('★ override');
    await terminal.type('G');
    await terminal.waitFor(/fan being replaced/u);
    await support.admin`DELETE FROM router_policy_overrides`;
    await terminal.waitFor(/✔ applies +#\d+ core, Cisco/u);
  });
});
