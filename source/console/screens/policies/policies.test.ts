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

const rowOf = (text: string, word: string): string => text.split('\n').find((line) => line.includes(word)) ?? '';

async function open(setup?: Parameters<typeof start>[0]): Promise<Terminal> {
  const terminal = start(setup);
  await terminal.waitFor('READY');
  await terminal.press('P');
  await terminal.waitFor('acme ▸ fleet ▸ policies');
  return terminal;
}

afterEach(async () => {
  await support.admin`DELETE FROM upgrade_policies WHERE name LIKE 'test %'`;
});

describe('the policies', () => {
  it('are listed in rank order with all their limits, wildcards as `any`, and their routers counted', async () => {
    const terminal = await open({ columns: 180, rows: 40 });
    await terminal.waitFor('ams: hub site');
    const text = terminal.text();
    const names = [/core, Cisco, careful/u, /ams: hub site/u, /\d {2}Cisco/u, /any router/u];
    const order = names.map((name) => text.search(name));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(text).toMatch(
      /# +NAME +SCOPE +VENDOR +MODEL +SITE +PRIO +SPEC +CPU ≤ +MEM ≥ +ERR ≤ +DATA ≤ +WINDOW +ACTIVE/u,
    );
    expect(rowOf(text, 'core, Cisco, careful')).toMatch(
      /own +Cisco +ASR1002-HX +any +0 +14 +80% +20% +0 +300 s +none +yes +1 *$/u,
    );
    expect(rowOf(text, 'ams: hub site')).toMatch(
      /own +Juniper +any +ams +0 +11 .*Sat 01:00–05:00 Europe\/Amsterdam +yes +2 *$/u,
    );
    expect(rowOf(text, 'any router')).toMatch(/shared +any +any +any +0 +0 .* 3 *$/u);
  });

  it('fit into 80 by 24 and into 120 by 40', async () => {
    const small = await open({ columns: 80, rows: 24 });
    await small.waitFor(/ams: hub site +Juniper +any +ams +80% +20% +2$/mu);
    expect(small.text()).toContain('In rank order: the first that fits a router counts, unless it has an override.');
    expect(small.screen().at(-1)).toContain('1 of 4 policies');
    const large = await open({ columns: 120, rows: 40 });
    await large.waitFor(/ams: hub site +Juniper +any +ams +0 +80% +20% +Sat 01:00–05:00 Europe.* yes +2$/mu);
  });

  it('change when somebody changes them elsewhere, and the cursor stays on its policy', async () => {
    const { seed } = world();
    const terminal = await open();
    await terminal.waitFor(/▌ .*core, Cisco, careful/u);
    await support.admin`UPDATE upgrade_policies SET max_cpu_percent = 55 WHERE id = ${seed.policies.any}`;
    await terminal.waitFor(/any router .* 55%/u);
    await support.admin`
      UPDATE upgrade_policies SET max_cpu_percent = 80, priority = 9 WHERE id = ${seed.policies.any}`;
    await terminal.waitFor('2 of 4 policies');
    await terminal.waitFor(/any router .* 80% .* 6 *\n▌ .*core, Cisco, careful .* 0\n/u);
    await support.admin`UPDATE upgrade_policies SET priority = 0 WHERE id = ${seed.policies.any}`;
    await terminal.waitFor('1 of 4 policies');
  });

  it('count a router that comes, and say which of them are off', async () => {
    const { seed } = world();
    const terminal = await open({ columns: 80, rows: 24 });
    await terminal.waitFor(/any router .* 3$/mu);
    await support.admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver)
      VALUES (${seed.acme.id}, 'new-01', 'new-01', '10.9.0.1', '1.0')`;
    await terminal.waitFor(/any router .* 4$/mu);
    await support.admin`DELETE FROM routers WHERE id = 'new-01'`;
    await support.admin`
      INSERT INTO upgrade_policies (name, max_cpu_percent, min_free_mem_percent, priority, is_active)
      VALUES ('test off', 1, 99, 50, false)`;
    await terminal.waitFor(/\(off\) test off .* 1% +99% +0$/mu);
  });

  it('cannot write on the screen what they are named', async () => {
    await support.admin`
      INSERT INTO upgrade_policies (name, max_cpu_percent, min_free_mem_percent, priority)
      VALUES (${'test \u001B[2J\u001B]0;owned\u0007\r\n\u202Ebad'}, 80, 20, -5)`;
    const terminal = await open({ columns: 80, rows: 24 });
    await terminal.waitFor('5 policies');
    const text = terminal.text();
    expect(text).toContain('acme ▸ fleet ▸ policies');
    expect(rowOf(text, ' test ')).toMatch(/any +any +any +80% +20% +0$/u);
    expect(text).not.toMatch(/[\u001B\u0007\u202E]/u);
    await terminal.type('G\r');
    await terminal.waitFor('It applies to no router now.');
    expect(terminal.text()).not.toMatch(/[\u001B\u0007\u202E]/u);
  });
});

it(
  'stay while PostgreSQL does not answer, with their age, and are read anew after it',
  { timeout: 60_000 },
  async () => {
    const proxy = await startCuttingProxy(support.settings('app_user'));
    const database = openDatabase({ ...support.settings('app_user'), port: proxy.port });
    const terminal = await open({ columns: 80, rows: 24, context: { database } });
    await terminal.waitFor('4 policies');
    await proxy.cut();
    await terminal.waitFor(/PostgreSQL does not answer: as of \d+ s ago\./u);
    expect(terminal.text()).toMatch(/ams: hub site +Juniper/u);
    await proxy.mend();
    await terminal.waitFor('In rank order: the first that fits');
    await terminal.press('ctrl+c');
    await database.close();
    await proxy.stop();
  },
);

it('says what to do without any', async () => {
  await support.admin`DELETE FROM upgrade_policies`;
  const terminal = await open({ columns: 80, rows: 24 });
  await terminal.waitFor('There is no policy, so nothing can be upgraded: n writes one.');
  await terminal.press('enter', 'j', 'G');
  expect(terminal.text()).toContain('▸ policies');
});
