import { beforeAll, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);

beforeAll(async () => {
  const { telemetry, seed } = world();
  await writeSteady(telemetry, seed.acme.id, ['ams-core-01'], { cpu: 91, freeMemory: 30 });
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01', 'ams-edge-02'], { cpu: 12 });
});

it.each([
  [80, 24],
  [120, 40],
  [200, 50],
])('says how many may be upgraded and why not the others, at %i by %i', async (columns, rows) => {
  const terminal = start({ who: 'ben', columns, rows });
  await terminal.waitFor(/ams-edge-01 .*✔ ready/u);
  await terminal.press('d');
  await terminal.waitFor('6 routers: the whole fleet');
  await terminal.waitFor(/▌ +✔ APPROVE +2$/mu);
  expect(terminal.text()).toMatch(/CPU mean over 2 h +4 +1 +3$/mu);
  expect(terminal.text()).toContain('not kept; d decides for the record');
  // A line leads to its routers, and they to their screens.
  const line = terminal.screen().findIndex((text) => text.includes('CPU mean over 2 h'));
  const first = terminal.screen().findIndex((text) => text.includes('✔ APPROVE'));
  await terminal.press(...Array.from({ length: line - first }, () => 'j'), 'enter');
  await terminal.waitFor('▸ CPU mean over 2 h ');
  await terminal.waitFor(/▌ +ams-core-01 .*◌ DEFER +cpu 91\.0%/u);
  await terminal.waitFor('1 of 4 routers');
  await terminal.press('u');
  await terminal.waitFor('No router here is to be approved.');
  await terminal.press('enter');
  await terminal.waitFor(/▸ ams-core-01 .*GATES/su);
  await terminal.press('esc', 'esc', 'g');
  // Back where it was: nothing is judged again.
  await terminal.waitFor(/▌ +✔ APPROVE +2$/mu);
  await terminal.press('u');
  await terminal.waitFor('Upgrade 2 routers');
});

it('is about the marked routers, or those that the filter shows, and is kept by a key', async () => {
  const terminal = start({ who: 'ben' });
  await terminal.waitFor(/ams-edge-01 .*✔ ready/u);
  await terminal.type('/edge\r');
  await terminal.waitFor('1 of 2');
  await terminal.press('d');
  await terminal.waitFor('2 routers: filter edge');
  await terminal.waitFor(/✔ APPROVE +2$/mu);
  await terminal.press('d');
  await terminal.waitFor(/judged .* for no start in particular, kept/u);
  const rows = await support.admin`SELECT DISTINCT verdict, source FROM decisions`;
  expect([...rows]).toEqual([{ verdict: 'approve', source: 'console' }]);
  const [audit] =
    await support.admin`SELECT after FROM audit_events WHERE action = 'decision.make' ORDER BY seq DESC LIMIT 1`;
  expect(audit?.['after']).toMatchObject({ filter: 'edge', routers: 2, approve: 2, defer: 0, reject: 0 });
  await terminal.press('esc', 'esc');
  await terminal.waitFor('1 of 6');
  await terminal.press('space', 'd');
  await terminal.waitFor('1 router: the marked ones');
  await terminal.waitFor(/◌ DEFER +1$/mu);
});
