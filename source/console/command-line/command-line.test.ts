import { describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../test/support/operator-console.ts';
import { useDatabase } from '../../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../../test/support/upgrades.ts';
import type { Preferences } from '../../config/preferences.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);

async function begin(setup?: Parameters<typeof start>[0]): Promise<ReturnType<typeof start>> {
  const terminal = start(setup);
  // The inventory is read whole.
  await terminal.waitFor(/ 6 routers · \d/u);
  return terminal;
}

describe('the command line', () => {
  it('goes to screens, with filters, and back and forward', async () => {
    const terminal = await begin();
    await terminal.type(':router ams-edge-01\r');
    await terminal.waitFor('acme ▸ fleet ▸ ams-edge-01');
    await terminal.type(':explain fra-leaf-01\r');
    await terminal.waitFor('acme ▸ fleet ▸ policy of fra-leaf-01');
    await terminal.type(':routers site=fra\r');
    await terminal.waitFor('filter: site=fra');
    await terminal.waitFor('1 of 2');
    await terminal.press('[');
    await terminal.waitFor('policy of fra-leaf-01');
    await terminal.press('[', '[');
    await terminal.waitFor((screen) => / acme ▸ fleet {2}/u.test(screen[0] ?? ''));
    await terminal.press('[');
    await terminal.waitFor('There is no screen before this one.');
    await terminal.press(']');
    await terminal.waitFor('acme ▸ fleet ▸ ams-edge-01');
    await terminal.type(':policies vendor=cisco\r');
    await terminal.waitFor('1 of 2 policies');
    await terminal.type(':upgrades\r');
    await terminal.waitFor('acme ▸ fleet ▸ upgrades');
  });

  it('opens a policy and an upgrade by number', async () => {
    const terminal = await begin();
    await terminal.type(':policy 3\r');
    await terminal.waitFor('policies ▸ core, Cisco, careful');
    await terminal.type(':upgrade 77\r');
    await terminal.waitFor('upgrades ▸ upgrade 77');
  });

  it('runs whatever a key does, by its name', async () => {
    const terminal = await begin();
    await terminal.type(':mark-all\r');
    await terminal.waitFor('6 marked');
    await terminal.type(':fleet.unmark-all\r');
    await terminal.waitForGone('marked');
  });

  it.each([
    [':polices', 1, 'there is no command polices. Did you mean policies?'],
    [':xyzzyx', 1, 'there is no command xyzzyx. Tab lists them.'],
    [':router nowhere', 8, 'there is no router nowhere'],
    [':router', 7, 'a host name must follow'],
    [':policy x', 8, 'the number of the policy must follow'],
    [':routers site=ams cpu>x', 22, 'cpu> needs a number'],
    [':mark-all now', 10, 'mark-all takes nothing after it'],
    [':upgrades.open', 1, 'upgrades.open works on another screen: upgrades'],
  ])('says what is wrong with %j, and stays open', async (line, at, words) => {
    const terminal = await begin();
    await terminal.type(`${line}\r`);
    await terminal.waitFor((screen) => screen.at(-1)?.startsWith(`${' '.repeat(at + 1)}^ ${words}`) === true);
    expect(terminal.screen().at(-2)).toBe(` ${line}`);
  });

  it('says why a command is disabled, and does not have dangerous ones in read-only mode', async () => {
    const viewer = await begin({ who: 'cy' });
    await viewer.type(':upgrade\r');
    await viewer.waitFor('the number of the upgrade must follow');
    await viewer.press('esc');
    await viewer.type(':fleet.upgrade\r');
    await viewer.waitFor('This needs the role operator; you are viewer in acme.');
    const readOnly = await begin({ who: 'ben', context: { readOnly: true } });
    await readOnly.type(':fleet.upgrade\r');
    await readOnly.waitFor('fleet.upgrade changes something, and this console is read-only');
    expect(readOnly.screen()[0]).toContain('acme ▸ fleet  ');
  });

  it('completes names, hosts and filters', async () => {
    const terminal = await begin();
    await terminal.type(':rou');
    await terminal.waitFor(/\n {2}router {2}routers .*tab complete {2}↵ run {2}esc leave/u);
    await terminal.press('tab', 'tab', ' ');
    await terminal.type('si');
    await terminal.press('tab');
    await terminal.waitFor(/ :routers site=\n {2}ams {2}fra/u);
    await terminal.press('tab', 'enter');
    await terminal.waitFor('1 of 3');
    await terminal.type(':router fra-o');
    await terminal.press('tab', 'enter');
    await terminal.waitFor('fleet ▸ fra-old-01');
  });

  it('remembers lines over sessions, the newest first', async () => {
    const remembered = new Map<string, unknown>();
    const preferences: Preferences = {
      get: (key) => remembered.get(key),
      set: (key, value) => void remembered.set(key, value),
    };
    const first = await begin({ context: { preferences } });
    await first.type(':mark-invert\r:nonsense\r');
    await first.press('esc');
    await first.type(':upgrades\r:mark-invert\r');
    await first.waitFor('mark-invert works on another screen');
    expect(remembered.get('commandHistory')).toEqual(['upgrades', 'mark-invert']);
    const second = await begin({ context: { preferences } });
    await second.press(':', 'up', 'up');
    await second.waitFor('\n :mark-invert');
    await second.press('down');
    await second.waitFor('\n :upgrades');
    await second.press('down');
    await second.waitForGone(':upgrades');
  });
});
