import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CuttingProxy, startCuttingProxy } from '../../../../test/support/cutting-proxy.ts';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { type Database, openDatabase } from '../../../postgres/database.ts';
import { openEmbeddedStore } from '../../../telemetry/embedded/embedded-store.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
let proxy: CuttingProxy;
let database: Database;

beforeAll(async () => {
  const { telemetry, seed } = world();
  await writeSteady(telemetry, seed.acme.id, ['ams-core-01'], { cpu: 91 });
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01', 'ams-edge-02'], { cpu: 12 });
});
beforeEach(async () => {
  proxy = await startCuttingProxy(support.settings('app_user'));
  database = openDatabase({ ...support.settings('app_user'), port: proxy.port });
});
afterEach(async () => {
  await database.close();
  await proxy.stop();
});

const read = (screen: readonly string[]): boolean => {
  const text = screen.join('\n');
  return / 6 routers · \d/u.test(text) && /[▁-█]/u.test(text) && /pg ●/u.test(text);
};

describe('while PostgreSQL does not answer', { timeout: 60_000 }, () => {
  it('what was read stays and can be worked with; afterwards it is fresh again', async () => {
    const { seed } = world();
    const terminal = start({ context: { database } });
    await terminal.waitFor(read);
    await proxy.cut();
    await terminal.waitFor(/pg ✖ \d+s ago/u);
    await terminal.press('j');
    await terminal.waitFor('▌  ams-edge-01');
    await terminal.type('/leaf\r');
    await terminal.waitFor('1 of 2');
    await terminal.press('esc', 'g', 'enter');
    await terminal.waitFor('acme ▸ fleet ▸ ams-core-01');
    await terminal.waitFor('Cisco ASR1002-HX · ams · active');
    await terminal.press('esc');
    await terminal.waitFor(/ams-core-01 .*91%/u);
    // Telemetry goes on: its half is as fresh as ever.
    await writeSteady(world().telemetry, seed.acme.id, ['fra-leaf-02'], { cpu: 77 });
    await terminal.waitFor(/fra-leaf-02 .*77% .*✔ ready/u);

    await support.admin`
      UPDATE routers SET status = 'offline' WHERE organization_id = ${seed.acme.id} AND id = 'fra-old-01'`;
    await proxy.mend();
    await terminal.waitFor(/fra-old-01 .*– offline/u);
    await terminal.waitFor(/pg ● \d+ms/u);
  });

  it('a console that starts then waits, and fills itself later', async () => {
    await proxy.cut();
    const terminal = start({ context: { database } });
    await terminal.waitFor('pg ✖ no answer');
    await terminal.waitFor('Reading the inventory …');
    await terminal.press('j', 'space', 'enter', 'u', 'U');
    await terminal.waitFor('acme ▸ fleet ▸ upgrades');
    await terminal.press('esc');
    await proxy.mend();
    await terminal.waitFor(read);
    expect(terminal.screen().at(-1)).toMatch(/^ 1 of 6 /u);
  });
});

describe('while telemetry does not answer', { timeout: 60_000 }, () => {
  it('the last health stays, and its age is said once it is old', async () => {
    const telemetry = openEmbeddedStore(database);
    let ahead = 0;
    const now = (): Date => new Date(Date.now() + ahead);
    const terminal = start({ context: { telemetry, now } });
    await terminal.waitFor(read);
    await proxy.cut();
    await terminal.waitFor(/telemetry ✖ \d+s ago/u);
    expect(terminal.text()).toMatch(/ams-core-01 .*[▇█]{2}.*91%/u);
    ahead = 4 * 60_000;
    await terminal.waitFor('health is 4 min old');
    await terminal.waitFor(/ams-edge-01 .*✔ ready/u);
    ahead = 20 * 60_000;
    // Nothing is ready on figures that are so old.
    await terminal.waitFor(/ams-edge-01 .*12% .*◌ stale/u);
    ahead = 0;
    await proxy.mend();
    await terminal.waitFor(/ams-edge-01 .*✔ ready/u);
    await terminal.waitForGone('health is');
  });

  it('from the start, no router passes for healthy', async () => {
    await proxy.cut();
    const terminal = start({ context: { telemetry: openEmbeddedStore(database) } });
    await terminal.waitFor('no health: telemetry does not answer');
    await terminal.waitFor(/ams-edge-01 .*\? .*\? .*\? {2}◌ no data/u);
    // Neither the inventory nor a router's readiness is still being worked out.
    await terminal.waitForGone('…');
    await proxy.mend();
    await terminal.waitFor(/ams-edge-01 .*✔ ready/u);
    await terminal.waitForGone('no health');
  });
});
