import { describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../test/support/operator-console.ts';
import { useDatabase } from '../../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../../test/support/upgrades.ts';
import type { Preferences } from '../../config/preferences.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);

function remembering(first: Readonly<Record<string, unknown>> = {}): Preferences & { all: Map<string, unknown> } {
  const all = new Map(Object.entries(first));
  return { all, get: (key) => all.get(key), set: (key, value) => void all.set(key, value) };
}

async function begin(setup?: Parameters<typeof start>[0]): Promise<ReturnType<typeof start>> {
  const terminal = start(setup);
  await terminal.waitFor(/ 6 routers · \d/u);
  return terminal;
}

const head = (terminal: ReturnType<typeof start>): readonly string[] =>
  (terminal.screen()[2] ?? '').trim().split(/\s{2,}/u);

describe('columns', () => {
  it('are hidden, moved and remembered', async () => {
    const preferences = remembering();
    const terminal = await begin({ context: { preferences } });
    await terminal.press('c');
    await terminal.waitFor('(•) ✔ HOSTNAME');
    await terminal.press('j', 'space');
    await terminal.waitFor('(•)   SITE');
    await terminal.press('j', 'j', 'K', 'K', 'K');
    await terminal.waitFor(/\(•\) ✔ MODEL.*\n.*\( \) ✔ HOSTNAME/u);
    await terminal.press('enter');
    await terminal.waitFor(/ {3}MODEL {2,}HOSTNAME ▲/u);
    expect(head(terminal)).not.toContain('SITE');
    const again = await begin({ context: { preferences } });
    await again.waitFor(/ {3}MODEL {2,}HOSTNAME ▲/u);
    await again.press('c', '=', 'esc');
    await again.waitFor(/ {3}HOSTNAME ▲ +SITE/u);
    expect(preferences.all.get('fleetColumns')).toEqual({ columns: null, wide: false });
  });

  it('cannot all be hidden, and give way by their weight in a narrow terminal', async () => {
    const terminal = await begin({ columns: 80, rows: 24 });
    await terminal.type(':columns hostname,policy,model,vendor,serial,running,target\r');
    await terminal.waitFor(/ {3}HOSTNAME ▲ +MODEL/u);
    expect(head(terminal)).toEqual(['HOSTNAME ▲', 'MODEL', 'VENDOR', 'RUNNING', 'TARGET']);
    await terminal.type(':columns site\r');
    await terminal.waitFor((screen) => screen[2]?.trim() === 'SITE');
    await terminal.type('c ');
    await terminal.waitFor('(•)   SITE');
    await terminal.press('enter');
    await terminal.waitFor('At least one column has to stay.');
    await terminal.press('esc');
    await terminal.type(':columns colour\r');
    await terminal.waitFor(/\n {10}\^ there is no column colour; there are site/u);
  });

  it('are all there in the wide form', async () => {
    const terminal = await begin({ columns: 220, rows: 50 });
    await terminal.press('W');
    await terminal.waitFor('ADDRESS');
    expect(head(terminal)).toContain('SERIAL');
    await terminal.press('W');
    await terminal.waitForGone('ADDRESS');
  });
});

describe('views', () => {
  it('bring filter, order and columns back by name, from any screen and in later sessions', async () => {
    const preferences = remembering();
    const first = await begin({ context: { preferences } });
    await first.type(':routers site=ams\r:sort model down\r:columns model,hostname\r:save core.ams\r');
    await first.waitFor('The view core.ams is saved: :view core.ams shows it.');
    const second = await begin({ context: { preferences: remembering({ views: preferences.all.get('views') }) } });
    await second.type(':upgrades\r');
    await second.waitFor('▸ upgrades');
    await second.type(':view core.ams\r');
    await second.waitFor(/ {3}MODEL ▼ +HOSTNAME/u);
    await second.waitFor('filter: site=ams');
    await second.waitFor('1 of 3');
    await second.type(':forget core.ams\r:view core.ams\r');
    await second.waitFor('no view is saved yet');
    expect(head(second)[0]).toBe('MODEL ▼');
  });

  it('that are spoilt are left out, the others stay', async () => {
    const good = { table: 'fleet', filter: 'site=fra', sort: null, columns: null, wide: false };
    const views = { good, broken: { table: 7 }, __proto__: 3, 'bad name': good, alien: { ...good, table: 'mars' } };
    const terminal = await begin({ context: { preferences: remembering({ views }) } });
    await terminal.type(':view goods\r');
    await terminal.waitFor('there is no view goods; the nearest is good');
    await terminal.press('ctrl+u');
    await terminal.type('view broken\r');
    await terminal.waitFor('there is no view broken');
    await terminal.press('ctrl+u');
    await terminal.type('view good\r');
    await terminal.waitFor('1 of 2');
    expect(terminal.text()).toContain('filter: site=fra');
  });

  it.each(['fleetColumns', 'fleetSort', 'fleetFilter', 'views', 'commandHistory', 'zone'])(
    'start as at first where %s is spoilt',
    async (key) => {
      const terminal = await begin({
        context: { preferences: remembering({ [key]: { columns: 7, id: [], acme: 1 } }) },
      });
      await terminal.press(':', 'up', 'esc');
      expect(head(terminal)).toContain('HOSTNAME ▲');
    },
  );
});
