import { beforeEach, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { requestUpgrades } from '../../../upgrades/request.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
type Terminal = ReturnType<typeof start>;

const EDGES = ['ams-edge-01', 'ams-edge-02'];

beforeEach(async () => {
  const { telemetry, seed, services, as } = world();
  await forgetUpgrades(support.admin);
  await writeSteady(telemetry, seed.acme.id, [...EDGES, 'ams-core-01']);
  await requestUpgrades(services, as.ana, aRequest(['ams-core-01'], seed.images.asr));
  await requestUpgrades(services, as.ben, aRequest(EDGES, seed.images.mx));
});

async function open(setup: Parameters<typeof start>[0] = {}): Promise<Terminal> {
  const terminal = start(setup);
  await terminal.waitFor('READY');
  await terminal.press('U');
  await terminal.waitFor('ams-edge-02');
  return terminal;
}

const statuses = async (): Promise<readonly string[]> => {
  const rows = await support.admin`SELECT router_id || ' ' || status AS line FROM upgrades ORDER BY router_id`;
  return rows.map(({ line }) => String(line));
};

it('decides on the marked upgrades, after their number was typed', async () => {
  const terminal = await open();
  await terminal.press('*');
  await terminal.waitFor('3 marked');
  await terminal.press('a');
  await terminal.waitFor(/Upgrade \d+, which is marked, cannot be approved: you requested it/u);
  await terminal.press('esc');
  await terminal.press('/');
  await terminal.type('edge');
  await terminal.press('enter', '*', 'a');
  await terminal.waitFor('Approve 2 upgrades');
  await terminal.waitFor(/ams-edge-0\d, ams-edge-0\d/u);
  await terminal.type('3');
  await terminal.press('enter');
  await terminal.waitFor('This is not 2.');
  expect(await statuses()).toContain('ams-edge-01 pending');
  await terminal.press('backspace');
  await terminal.type('2');
  await terminal.press('enter');
  await terminal.waitFor('2 upgrades are approved.');
  await terminal.waitFor('1 of 2 upgrades');
  expect(await statuses()).toEqual(['ams-core-01 pending', 'ams-edge-01 approved', 'ams-edge-02 approved']);
  expect(terminal.screen().at(-1)).not.toContain('marked');
});

it('cancels several with one reason, and pauses none that does not run', async () => {
  const terminal = await open({ columns: 80, rows: 24 });
  await terminal.press('space', 'space');
  await terminal.waitFor('2 marked');
  await terminal.press('p');
  await terminal.waitFor(/Upgrade \d+, which is marked, cannot be paused/u);
  await terminal.press('x');
  await terminal.waitFor('Cancel 2 upgrades: why?');
  await terminal.type('frozen');
  await terminal.press('enter');
  await terminal.waitFor('Reason: frozen');
  await terminal.type('2');
  await terminal.press('enter');
  await terminal.waitFor('2 upgrades are cancelled.');
  const closed = await support.admin`SELECT close_reason AS why FROM upgrades WHERE status = 'cancelled'`;
  expect(closed.map(({ why }) => String(why))).toEqual(['frozen', 'frozen']);
});

it('is unbound where nothing may be changed, and marks nothing away', async () => {
  const terminal = await open({ context: { readOnly: true } });
  await terminal.press('*', 'a', 'x');
  await terminal.waitFor('3 marked');
  expect(terminal.text()).not.toContain('upgrades: why?');
});
