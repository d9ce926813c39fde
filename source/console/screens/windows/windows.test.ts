import { beforeEach, describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { addDays, dayOf, weekOf } from '../../../model/calendar.ts';
import { addBlackout, listBlackouts } from '../../../postgres/blackouts.ts';
import { requestUpgrades } from '../../../upgrades/request.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
type Terminal = ReturnType<typeof start>;

const ZONE = 'Europe/Amsterdam';
const today = (): string => dayOf(new Date(), ZONE);
/** The Saturday of the seeded window, next week. */
const saturday = (): string => weekOf(addDays(today(), 7))[5] ?? '';

beforeEach(async () => {
  const { seed } = world();
  await forgetUpgrades(support.admin);
  await support.admin`DELETE FROM blackouts`;
  await support.admin`UPDATE upgrade_policies SET name = 'ams: hub site' WHERE id = ${seed.acme.policies.amsJuniper}`;
});

async function open(setup: Parameters<typeof start>[0] = {}): Promise<Terminal> {
  const terminal = start(setup);
  await terminal.waitFor('READY');
  await terminal.press('M');
  await terminal.waitFor('▸ windows');
  await terminal.waitFor(`days and times: ${ZONE}`);
  return terminal;
}

/** Keys from today to a day, by weeks and then by days. */
function keysTo(day: string): readonly string[] {
  const apart = Math.round((Date.parse(day) - Date.parse(today())) / 86_400_000);
  return [...Array<string>(Math.floor(apart / 7)).fill('j'), ...Array<string>(apart % 7).fill('l')];
}

describe('the calendar', () => {
  it('shows windows, blackouts and upgrades of each day, as a month or a week, at every size, and names the zone', async () => {
    const { scope, as, services, seed, telemetry } = world();
    await writeSteady(telemetry, seed.acme.id, ['ams-edge-01', 'ams-edge-02']);
    const sunday = addDays(saturday(), 1);
    const [from, to] = [new Date(`${sunday}T00:00:00Z`), new Date(`${sunday}T12:00:00Z`)];
    await addBlackout(scope, as.ana, { site: 'fra', from, to, reason: 'fair' });
    const schedule = { kind: 'at', at: new Date(`${saturday()}T10:30:00Z`) } as const;
    await requestUpgrades(services, as.ben, aRequest(['ams-edge-01', 'ams-edge-02'], seed.images.mx, { schedule }));
    for (const size of [
      { columns: 80, rows: 24 },
      { columns: 120, rows: 40 },
      { columns: 200, rows: 50 },
    ]) {
      const terminal = await open(size);
      await terminal.press(...keysTo(saturday()));
      await terminal.waitFor(`Sat ${saturday()}`);
      await terminal.waitFor(/ 01:00–05:00 +window +#\d+ ams: hub site, 2 routers +ams/u);
      await terminal.waitFor(/1\d:30 +upgrades +2 routers, not approved +ams/u);
      await terminal.press('tab');
      await terminal.press('l');
      await terminal.waitFor(/\d\d:00–1\d:00 +blackout +fair +fra/u);
      expect(Math.max(...terminal.screen().map((line) => line.length))).toBeLessThanOrEqual(size.columns);
      await terminal.press('z');
      await terminal.waitFor('days and times: UTC');
      await terminal.waitFor(/00:00–12:00 +blackout/u);
      await terminal.press('z');
    }
  });

  it('moves by days, weeks and months, not further back than is known, and comes back to today', async () => {
    const terminal = await open({ columns: 80, rows: 24 });
    await terminal.press('l', 'j', 'k', 'h', 'pgdn', 'pgdn');
    await terminal.press('pgup', 'pgup', 'pgup', 'pgup', 'pgup', 'pgup');
    await terminal.waitFor('The calendar begins 62 days ago.');
    await terminal.press('t');
    await terminal.waitFor(new RegExp(`\\w{3} ${today()}`, 'u'));
    await terminal.press(':');
    await terminal.type('windows 2027-02-30');
    await terminal.press('enter');
    await terminal.waitFor('a day is written as 2026-11-28');
    await terminal.press('ctrl+u');
    await terminal.type('windows 2027-03-28');
    await terminal.press('enter');
    await terminal.waitFor('▸ 2027-03-28');
    await terminal.waitFor('Nothing lies on this day; a adds a blackout.');
  });

  it('adds and removes a blackout on a day, after a look at what it stops, and opens the policy of a window', async () => {
    const { scope } = world();
    const terminal = await open();
    await terminal.press(...keysTo(saturday()), 'enter');
    await terminal.waitFor(/▌ +01:00–05:00 +window +#\d+ ams: hub site, 2 routers +ams/u);
    await terminal.press('x');
    await terminal.waitFor('Only blackouts are removed here');
    await terminal.press('a', 'enter');
    await terminal.waitFor('✖ a reason is needed');
    await terminal.type('holidays');
    await terminal.press('tab', 'ctrl+u');
    await terminal.type('2020-01-01 00:00');
    await terminal.press('tab', 'ctrl+u');
    await terminal.type('2020-01-02 25:00');
    await terminal.waitFor(`✖ there is no such time in ${ZONE}`);
    await terminal.press('ctrl+u');
    await terminal.type('2020-01-02 00:00');
    await terminal.waitFor('✖ it is in the past, so nothing would be stopped');
    await terminal.press('ctrl+u');
    await terminal.type(`${saturday()} 12:00`);
    await terminal.press('shift+tab', 'ctrl+u');
    await terminal.type(`${saturday()} 00:00`);
    await terminal.press('tab', 'tab', 'ctrl+n', 'enter');
    await terminal.waitFor('No upgrade begins at ams');
    await terminal.waitFor('No upgrade that waits has its start in it.');
    await terminal.press('enter');
    await terminal.waitFor(/▌ +00:00–12:00 +blackout +holidays +ams .* ana$/mu);
    expect(await listBlackouts(scope, new Date())).toMatchObject([
      { site: 'ams', reason: 'holidays', createdBy: 'ana' },
    ]);
    await terminal.press('enter');
    await terminal.waitFor('added by ana');
    await terminal.press('esc', 'x');
    await terminal.waitFor('Remove this blackout');
    await terminal.press('enter');
    await terminal.waitFor('The blackout is removed.');
    await terminal.waitFor('1 of 1 entry');
    await terminal.press('enter');
    await terminal.waitFor('▸ ams: hub site');
    const audits = await support.admin`SELECT action FROM audit_events WHERE action LIKE 'blackout.%' ORDER BY seq`;
    expect(audits.map(({ action }) => String(action)).slice(-2)).toEqual(['blackout.add', 'blackout.remove']);
  });

  it('cannot be written on by what people call things, nor changed by those who may not', async () => {
    const { seed, scope, as } = world();
    const hostile = 'evil\u001b[31m\u202e漢字🔥'.repeat(8);
    await support.admin`UPDATE upgrade_policies SET name = ${hostile} WHERE id = ${seed.acme.policies.amsJuniper}`;
    const [from, to] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 86_400_000 * 20)];
    await addBlackout(scope, as.ana, { site: null, from, to, reason: hostile.slice(0, 190) });
    const terminal = await open({ columns: 80, rows: 24, who: 'ben' });
    await terminal.press(...keysTo(saturday()));
    await terminal.waitFor(/all day +blackout +evil/u);
    await terminal.press('tab');
    await terminal.waitFor(/01:00–05:00 +window +#\d+ evil/u);
    expect(terminal.text()).not.toMatch(/[\u001b\u202e]/u);
    await terminal.press('a');
    await terminal.waitFor('This needs the role approver');
    await terminal.press('enter');
    await terminal.waitFor(/▌ +all day +blackout +evil/u);
    const readOnly = await open({ context: { readOnly: true } });
    expect(readOnly.screen().at(-1)).not.toContain('add blackout');
  });
});
