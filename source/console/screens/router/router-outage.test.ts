import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
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
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01'], { cpu: 12 });
});
beforeEach(async () => {
  proxy = await startCuttingProxy(support.settings('app_user'));
  database = openDatabase({ ...support.settings('app_user'), port: proxy.port });
});
afterEach(async () => {
  await database.close();
  await proxy.stop();
});

const openAt = { router: 'ams-edge-01' };

it('without PostgreSQL the record stays, with its age, and telemetry goes on', { timeout: 60_000 }, async () => {
  const terminal = start({ context: { database, openAt } });
  await terminal.waitFor('✔ READY');
  await terminal.waitFor('AUDIT      nothing yet');
  await writeSteady(world().telemetry, world().seed.acme.id, ['ams-edge-01'], { cpu: 95 });
  await proxy.cut();
  await terminal.waitFor(/never read over SSH +as of \d+ s ago/u);
  await terminal.waitFor(/✔ READY.* as of \d+ s ago/u);
  expect(terminal.text()).toContain('ams: hub site');
  // The mean of both readings, 53.5%, in the chart of CPU.
  await terminal.waitFor(/^│ {2}60% ┤ +─{3}/mu);
  await support.admin`UPDATE routers SET status = 'maintenance' WHERE id = 'ams-edge-01'`;
  await proxy.mend();
  await terminal.waitFor('Juniper MX204 · ams · maintenance');
  await terminal.waitForGone('as of');
});

it('without telemetry the record is shown, and what is missing said', { timeout: 60_000 }, async () => {
  await proxy.cut();
  const terminal = start({ context: { telemetry: openEmbeddedStore(database), openAt } });
  await terminal.waitFor('Juniper MX204 · ams');
  await terminal.waitFor(/telemetry does not answer.*telemetry does not answer/u);
  await terminal.waitFor('decision: not known, a database does not answer');
  await terminal.waitFor('INTERFACES telemetry does not answer');
  await terminal.waitFor('ams: hub site');
  expect(terminal.text()).not.toContain('READY');
  await proxy.mend();
  await terminal.waitFor(/decision: . \w+/u);
  await terminal.waitFor('INTERFACES no reading in the last 2 h');
  await terminal.waitForGone('does not answer');
});

it('without PostgreSQL from the start it waits, and says for what', { timeout: 60_000 }, async () => {
  await proxy.cut();
  const terminal = start({ context: { database, openAt } });
  await terminal.waitFor('The router is not read: PostgreSQL does not answer. It is asked again.');
  await terminal.press('j', 'u', 'e');
  await proxy.mend();
  await terminal.waitFor('Juniper MX204 · ams');
});
