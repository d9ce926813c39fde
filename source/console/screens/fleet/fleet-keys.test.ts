import { beforeAll, describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import type { Preferences } from '../../../config/preferences.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
type Terminal = ReturnType<typeof start>;

beforeAll(async () => {
  const { telemetry, seed } = world();
  await writeSteady(telemetry, seed.acme.id, ['ams-core-01'], { cpu: 91 });
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01', 'ams-edge-02'], { cpu: 12 });
  await writeSteady(telemetry, seed.acme.id, ['fra-leaf-01'], { cpu: 50 });
});

/** Host names in the order shown, a `>` before the current one, a `+` after each marked one. */
function hosts(screen: readonly string[]): string {
  return screen
    .slice(3, -2)
    .flatMap((line) => {
      const name = /^.{3}((?:ams|fra)-\w+-\d\d)/u.exec(line)?.[1];
      return name === undefined ? [] : `${line.startsWith('▌') ? '>' : ''}${name}${line[1] === '✓' ? '+' : ''}`;
    })
    .join(' ');
}

const hostsAre =
  (expected: string) =>
  (screen: readonly string[]): boolean =>
    hosts(screen) === expected;

async function begin(setup?: Parameters<typeof start>[0]): Promise<Terminal> {
  const terminal = start(setup);
  await terminal.waitFor((screen) => screen.join('').includes(' 6 routers · ') && screen.join('').includes('91%'));
  return terminal;
}

describe('the filter', () => {
  it('narrows the list as it is written, stays when it is kept, and goes with Esc', async () => {
    const terminal = await begin();
    await terminal.type('/site=am');
    await terminal.waitFor(hostsAre('>ams-core-01 ams-edge-01 ams-edge-02'));
    expect(terminal.screen()[1]).toMatch(/6 routers · .* filter: site=am$/u);
    await terminal.type(' edge\r');
    await terminal.waitFor(hostsAre('>ams-edge-01 ams-edge-02'));
    expect(terminal.screen().at(-1)).toMatch(/^ 1 of 2 .*↵ open/u);
    await terminal.press('esc');
    await terminal.waitFor('1 of 6');
    expect(terminal.text()).not.toContain('filter:');
  });

  it('compares figures and turns terms around', async () => {
    const terminal = await begin();
    await terminal.type('/cpu>40');
    await terminal.waitFor(hostsAre('>ams-core-01 fra-leaf-01'));
    await terminal.type(' !site=ams');
    await terminal.waitFor(hostsAre('>fra-leaf-01'));
    await terminal.press('esc');
    await terminal.type('/!cpu>0');
    await terminal.waitFor('No router fits the filter; esc takes it away.');
  });

  it('shows what is wrong under the place, and stays as it last was', async () => {
    const terminal = await begin({ columns: 80, rows: 24 });
    await terminal.type('/edge');
    await terminal.waitFor(hostsAre('>ams-edge-01 ams-edge-02'));
    await terminal.paste(' cpu>');
    await terminal.waitFor(/\n {11}\^ cpu> needs a number/u);
    expect(terminal.screen().at(-2)).toBe(' /edge cpu>');
    expect(terminal.screen()[1]).toMatch(/filter: edge cpu>$/u);
    await terminal.waitFor(hostsAre('>ams-edge-01 ams-edge-02'));
    await terminal.type('80');
    await terminal.waitForGone('needs a number');
    await terminal.paste(' nonsense=1');
    await terminal.waitFor(/\n {14}\^ there is no field nonsense; there are host/u);
  });

  it('offers names of fields and values with Tab', async () => {
    const terminal = await begin();
    await terminal.type('/!si');
    await terminal.waitFor(/\n {2}site= .*tab complete {2}↵ keep {2}esc clear/u);
    await terminal.press('tab');
    await terminal.waitFor(/\n {2}ams {2}fra /u);
    await terminal.press('tab', 'tab');
    await terminal.waitFor(/\n \/!site=fra/u);
    await terminal.waitFor(hostsAre('>ams-core-01 ams-edge-01 ams-edge-02 fra-old-01'));
    await terminal.press('shift+tab', 'enter');
    await terminal.waitFor(hostsAre('>fra-leaf-01 fra-leaf-02 fra-old-01'));
  });

  it('compares versions, and takes expressions', async () => {
    const terminal = await begin();
    await terminal.type('/version<17.12');
    await terminal.waitFor(hostsAre('>ams-core-01'));
    await terminal.press('ctrl+u');
    await terminal.type('~^ams-(core|edge)-01$');
    await terminal.waitFor(hostsAre('>ams-core-01 ams-edge-01'));
    await terminal.press('ctrl+u');
    await terminal.type("'frl2");
    await terminal.waitFor(hostsAre('>fra-leaf-02'));
  });

  it('is remembered by organization', async () => {
    const remembered = new Map<string, unknown>();
    const preferences: Preferences = {
      get: (key) => remembered.get(key),
      set: (key, value) => void remembered.set(key, value),
    };
    const first = await begin({ context: { preferences } });
    await first.type('/site=fra\r');
    await first.waitFor(hostsAre('>fra-leaf-01 fra-leaf-02'));
    expect(remembered.get('fleetFilter')).toEqual({ acme: 'site=fra' });
    const second = start({ context: { preferences } });
    await second.waitFor(hostsAre('>fra-leaf-01 fra-leaf-02'));
    await second.waitFor('filter: site=fra');
    await second.press('esc');
    await second.waitFor('1 of 6');
    expect(remembered.get('fleetFilter')).toEqual({});
  });

  it('takes a paste, and letters that are commands elsewhere', async () => {
    const terminal = await begin();
    await terminal.press('/');
    await terminal.paste('ams-edge\n');
    await terminal.waitFor(hostsAre('>ams-edge-01 ams-edge-02'));
    await terminal.type('quosU');
    await terminal.waitFor('filter: ams-edge quosU');
  });

  it('gives the current router back when it goes', async () => {
    const terminal = await begin();
    await terminal.press('j', 'j', 'j');
    await terminal.waitFor(hostsAre('ams-core-01 ams-edge-01 ams-edge-02 >fra-leaf-01 fra-leaf-02 fra-old-01'));
    await terminal.type('/edge');
    await terminal.waitFor(hostsAre('>ams-edge-01 ams-edge-02'));
    await terminal.press('esc');
    await terminal.waitFor(hostsAre('ams-core-01 ams-edge-01 ams-edge-02 >fra-leaf-01 fra-leaf-02 fra-old-01'));
  });
});

describe('the order', () => {
  const byCpu = 'ams-core-01 fra-leaf-01 ams-edge-01 ams-edge-02 fra-leaf-02 fra-old-01';

  it('is chosen in a dialog, the busiest first, and turned around by the same column', async () => {
    const terminal = await begin();
    await terminal.type('s');
    await terminal.waitFor('(•) HOSTNAME (ascending)');
    await terminal.type('jjjjjjjj\r');
    await terminal.waitFor(/CPU 2h ▼/u);
    await terminal.waitFor(hostsAre(`>${byCpu}`));
    await terminal.press('I');
    await terminal.waitFor(/CPU 2h ▲/u);
    await terminal.waitFor(hostsAre('>ams-edge-01 ams-edge-02 fra-leaf-01 ams-core-01 fra-leaf-02 fra-old-01'));
  });

  it('is turned by < and > through the columns, and remembered', async () => {
    const remembered = new Map<string, unknown>();
    const preferences: Preferences = {
      get: (key) => remembered.get(key),
      set: (key, value) => void remembered.set(key, value),
    };
    const first = await begin({ context: { preferences } });
    await first.press('>', '>', '<');
    await first.waitFor(/ SITE ?▲/u);
    expect(remembered.get('fleetSort')).toEqual({ id: 'site', direction: 'ascending' });
    const second = await begin({ context: { preferences } });
    await second.waitFor(/ SITE ?▲/u);
  });

  it('is by host name when what was remembered means nothing', async () => {
    const preferences: Preferences = { get: () => ({ id: 'colour', direction: 'ascending' }), set: () => undefined };
    const terminal = await begin({ context: { preferences } });
    await terminal.waitFor('HOSTNAME ▲');
  });

  it('takes the current router along', async () => {
    const terminal = await begin();
    await terminal.press('j', 'j', 'j');
    await terminal.type('sjjjjjjjj\r');
    await terminal.waitFor(hostsAre(byCpu.replace('fra-leaf-01', '>fra-leaf-01')));
  });
});

describe('marks', () => {
  it('are set one by one, taken away again, and outlive filter and order', async () => {
    const terminal = await begin();
    await terminal.press('space', 'space', 'k', 'space');
    await terminal.waitFor(hostsAre('ams-core-01+ ams-edge-01 >ams-edge-02 fra-leaf-01 fra-leaf-02 fra-old-01'));
    await terminal.type('/leaf\r ');
    await terminal.waitFor(hostsAre('fra-leaf-01+ >fra-leaf-02'));
    expect(terminal.screen().at(-1)).toContain('2 of 2 · 2 marked');
    await terminal.press('esc', 'I');
    await terminal.waitFor(hostsAre('fra-old-01 >fra-leaf-02 fra-leaf-01+ ams-edge-02 ams-edge-01 ams-core-01+'));
    await terminal.press('esc');
    await terminal.waitForGone('marked');
  });

  it('are set from one end of a range to the other, in either direction', async () => {
    const terminal = await begin();
    await terminal.press('j', 'j', 'j', 'v');
    await terminal.waitFor('Range begins at fra-leaf-01');
    expect(terminal.screen().at(-1)).toContain('4 of 6 · range');
    await terminal.press('k', 'k', 'v');
    await terminal.waitFor(hostsAre('ams-core-01 >ams-edge-01+ ams-edge-02+ fra-leaf-01+ fra-leaf-02 fra-old-01'));
    expect(terminal.screen().at(-1)).toContain('2 of 6 · 3 marked');
    await terminal.press('-');
    await terminal.waitForGone('marked');
  });

  it('are set for all that the filter shows', async () => {
    const terminal = await begin();
    await terminal.type('/edge\r*');
    await terminal.waitFor(hostsAre('>ams-edge-01+ ams-edge-02+'));
    await terminal.press('esc');
    await terminal.waitFor(hostsAre('>ams-core-01 ams-edge-01+ ams-edge-02+ fra-leaf-01 fra-leaf-02 fra-old-01'));
  });

  it('are what an upgrade is requested for', async () => {
    const terminal = await begin({ who: 'ben' });
    await terminal.type('/edge\r*\u001b');
    await terminal.waitFor('2 marked');
    await terminal.press('u');
    await terminal.waitFor('acme ▸ fleet ▸ upgrade 2 routers');
  });
});

describe('roles', () => {
  it('tells a viewer why there is nothing to request', async () => {
    const terminal = await begin({ who: 'cy' });
    expect(terminal.screen().at(-1)).not.toContain('u upgrade');
    await terminal.press('u');
    await terminal.waitFor('This needs the role operator; you are viewer in acme.');
  });
});
