import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import type { TestTerminal } from '../../../../test/support/terminal.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { chooseForReal } from '../../../../test/support/wizard-mode.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
const EDGES = ['ams-edge-01', 'ams-edge-02'];

beforeEach(async () => {
  const { telemetry, seed } = world();
  await forgetUpgrades(support.admin);
  await writeSteady(telemetry, seed.acme.id, ['ams-core-01', ...EDGES]);
});
afterEach(() => support.admin`DELETE FROM approval_rules`);

interface Written {
  readonly router_id: string;
  readonly status: string;
  readonly dry_run: boolean;
  readonly wave: number;
  readonly change_reference: string | null;
}

function written(): Promise<readonly Written[]> {
  return support.admin<Written[]>`
    SELECT router_id, status, dry_run, wave, change_reference FROM upgrades ORDER BY id`;
}

/** The plan of the newest request. */
async function plan(): Promise<Readonly<Record<string, unknown>> | undefined> {
  const [row] = await support.admin`
    SELECT waves, pause_minutes, success_rate, stop_after, approve_waves, state, open_wave FROM upgrade_plans
    ORDER BY created_at DESC LIMIT 1`;
  return row;
}

async function endWell(): Promise<void> {
  await support.admin`UPDATE upgrades SET status = 'running', started_at = now() WHERE dry_run`;
  await support.admin`
    UPDATE upgrades SET status = 'success', finished_at = now(), outcome = 'Dry-run: nothing stands in the way.' WHERE dry_run`;
}

/** From the fleet to the schedule, for what the filter shows. */
async function toSchedule(terminal: TestTerminal, filter: string): Promise<void> {
  await terminal.type(`/${filter}\r`);
  await terminal.waitFor(/1 of [12] /u);
  await terminal.waitFor(/▌ +ams-.*✔ ready/u);
  await terminal.type('*u');
  await terminal.waitFor('(•) ');
  await terminal.press('enter');
  await terminal.waitFor(/✔ (?:Image|every gate passes)/u);
  await terminal.press('enter');
  await terminal.waitFor('When may it start?');
}

describe.each([
  [80, 24],
  [200, 50],
])('the dry-run of the wizard at %i by %i', (columns, rows) => {
  it('is its first offer, needs no approval, and is requested for real with one key', async () => {
    const terminal = start({ who: 'ben', columns, rows });
    await toSchedule(terminal, 'ams-core-01');
    await terminal.waitFor('(•) dry-run first: changes nothing, asks before it is for real');
    await terminal.press('tab', 'tab');
    await terminal.type('CHG7');
    await terminal.press('enter');
    await terminal.waitFor('1 dry-run to request');
    await terminal.waitFor('Nobody has to approve a dry-run.');
    await terminal.press('enter');
    await terminal.waitFor('Type ams-core-01 to confirm the dry-run of ams-core-01.');
    await terminal.type('ams-core-01\r');
    await terminal.waitFor('1 dry-run requested: nobody has to approve it.');
    await terminal.waitFor('◷ dry-run scheduled');
    expect(await written()).toMatchObject([{ status: 'scheduled', dry_run: true, change_reference: 'CHG7' }]);
    await terminal.type('R');
    await terminal.waitFor(/Dry-run \d+ is scheduled: only one that went well is requested for real\./u);
    await endWell();
    await terminal.waitFor('✔ dry-run success');
    await terminal.waitFor('Dry-run: nothing stands in the way.');
    await terminal.type('R');
    await terminal.waitFor(/judged (?:just now|\d+ s ago); over the 2 h before that/u);
    await terminal.press('enter');
    await terminal.waitFor('(•) run to the end');
    expect(terminal.text()).toContain('CHG7');
    await terminal.press('enter');
    await terminal.waitFor('1 upgrade to request');
    await terminal.press('enter');
    await terminal.waitFor('Type ams-core-01 to confirm the upgrade of ams-core-01.');
    await terminal.type('ams-core-01\r');
    await terminal.waitFor('waits for approval');
    expect((await written())[1]).toMatchObject({ status: 'pending', dry_run: false, change_reference: 'CHG7' });
  });

  it('has waves for several routers, judged as they are typed, and kept for the request for real', async () => {
    const terminal = start({ who: 'ben', columns, rows });
    await toSchedule(terminal, 'ams-edge');
    await terminal.waitFor(/waves +1,100% +1 \(ams-edge-01\) → 1/u);
    await terminal.waitFor('at once 1 at a site, 20 in all, never two of a redundancy group');
    await terminal.press('tab', 'tab', 'ctrl+u');
    await terminal.type('1,');
    await terminal.waitFor('✖ the waves must be a list of sizes or percentages');
    await terminal.press('enter');
    await terminal.waitFor('These are no waves:');
    await terminal.press('backspace');
    await terminal.waitFor('the waves leave routers out: end them with 100%');
    await terminal.press('ctrl+u');
    await terminal.waitFor('all 2 at once, as far as the limits let them');
    await terminal.type('50%,100%');
    await terminal.waitFor(/1 \(ams-edge-01\) → 1/u);
    await terminal.press('tab', 'ctrl+u');
    await terminal.type('5x');
    await terminal.waitFor('the pause must be a whole number from 0 to 10080');
    await terminal.press('backspace', 'tab', 'ctrl+u');
    await terminal.type('90');
    await terminal.press('tab', 'ctrl+u');
    await terminal.type('2');
    await terminal.press('tab', 'down');
    await terminal.waitFor('(•) an approver has to open each wave');
    // Everything stays, also when the page is left.
    await terminal.press('esc');
    await terminal.waitFor('every gate passes');
    await terminal.press('enter');
    await terminal.waitFor(/after 5 min, if 90% succeeded; stops after 2 failures/u);
    expect(terminal.text()).toContain('(•) an approver has to open each wave');
    await terminal.press('enter');
    await terminal.waitFor(/waves +1 → 1/u);
    await terminal.press('enter');
    await terminal.type('2\r');
    await terminal.waitFor('2 dry-runs requested');
    const rules = { waves: 2, pause_minutes: 5, success_rate: 90, stop_after: 2, approve_waves: true };
    // Nothing waits for a wave where nothing is changed.
    expect(await plan()).toEqual({ ...rules, state: 'done', open_wave: 2 });
    await endWell();
    await terminal.waitFor('No upgrade is open');
    await terminal.press('tab', 'tab', 'tab');
    await terminal.waitFor('✔ dry-run success');
    await terminal.type('R');
    await terminal.waitFor('✔ every gate passes for all 2');
    await terminal.press('enter');
    await terminal.waitFor('(•) run to the end');
    await terminal.waitFor(/after 5 min, if 90% succeeded; stops after 2 failures/u);
    await terminal.press('enter');
    await terminal.waitFor('2 upgrades to request');
    await terminal.press('enter');
    await terminal.type('2\r');
    await terminal.waitFor('2 upgrades requested');
    expect(await plan()).toEqual({ ...rules, state: 'active', open_wave: 1 });
    expect((await written()).slice(2)).toMatchObject([{ wave: 1 }, { wave: 2 }]);
  });
});

describe('the wizard', () => {
  it('asks for the change reference that the organization wants, but not for a dry-run', async () => {
    await support.admin`
      INSERT INTO approval_rules (organization_id, reference_required) VALUES (${world().seed.acme.id}, true)`;
    const terminal = start({ who: 'ben', columns: 80, rows: 24 });
    await toSchedule(terminal, 'ams-core-01');
    await terminal.waitFor('may be empty; needed when it is for real');
    await chooseForReal(terminal);
    await terminal.press('enter');
    await terminal.waitFor('Your organization wants a change reference: tab goes to it.');
    await terminal.press('tab');
    await terminal.type('CHG8');
    await terminal.press('enter');
    await terminal.waitFor('1 upgrade to request');
    await terminal.press('esc');
    await terminal.waitFor('When may it start?');
    await terminal.press('tab', 'up', 'tab', 'ctrl+u');
    await terminal.waitFor('(•) dry-run first');
    await terminal.press('enter');
    await terminal.waitFor('1 dry-run to request');
    await terminal.press('enter');
    await terminal.type('ams-core-01\r');
    await terminal.waitFor('1 dry-run requested');
    expect(await written()).toMatchObject([{ dry_run: true, change_reference: null }]);
  });
});
