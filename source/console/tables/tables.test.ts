import { describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../test/support/operator-console.ts';
import { useDatabase } from '../../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../../test/support/upgrades.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);

/** The rows of the table, by what stands in them. */
function rows(screen: readonly string[], word: RegExp): readonly string[] {
  return screen.slice(1, -2).flatMap((line) => word.exec(line)?.[0] ?? []);
}

describe('every table', () => {
  it('of policies is filtered, sorted and has its own order back', async () => {
    const terminal = start();
    await terminal.waitFor('1 of 6');
    await terminal.press('P');
    await terminal.waitFor('core, Cisco, careful');
    const names = (screen: readonly string[]): string => rows(screen, /#?\d+ {2}\S.*?(?= {2})/u).join('|');
    const own = names(terminal.screen());
    await terminal.type('/vendor=cisco');
    await terminal.press('enter');
    await terminal.waitFor('1 of 2 policies');
    await terminal.waitFor('filter: vendor=cisco');
    await terminal.press('esc');
    await terminal.waitFor((screen) => names(screen) === own);
    await terminal.press('>', '>');
    await terminal.waitFor('NAME ▲');
    await terminal.press('I');
    await terminal.waitFor('NAME ▼');
    await terminal.type('s\u001b[H');
    await terminal.waitFor('( ) own order');
    await terminal.press('k', 'k', 'enter');
    await terminal.waitFor((screen) => names(screen) === own);
    expect(terminal.text()).not.toContain('▼');
  });

  it("of a policy's routers is filtered by what the fleet knows of them", async () => {
    const terminal = start();
    await terminal.waitFor('1 of 6');
    await terminal.press('P');
    await terminal.waitFor('core, Cisco, careful');
    await terminal.type('/any any\r');
    await terminal.press('esc', 'G', 'enter');
    await terminal.waitFor(/1 of \d+ routers?/u);
    const all = terminal.screen();
    const hosts = (screen: readonly string[]): string => rows(screen, /(?:ams|fra)-\w+-\d\d/u).join(' ');
    expect(hosts(all)).not.toBe('');
    await terminal.type('/nosuchrouter\r');
    await terminal.waitFor('No router of the policy fits the filter; esc takes it away.');
    await terminal.press('esc');
    await terminal.waitFor((screen) => hosts(screen) === hosts(all));
  });

  it('of why a policy applies is filtered, and Enter opens the one in sight', async () => {
    const terminal = start();
    await terminal.waitFor('1 of 6');
    await terminal.press('e');
    await terminal.waitFor('✔ wins');
    await terminal.type('/outcome=wins\r');
    await terminal.waitFor('1 of 1 policy');
    await terminal.waitFor('filter: outcome=wins');
    await terminal.press('enter');
    await terminal.waitFor(/▸ policy of ams-core-01 ▸ core, Cisco, careful/u);
  });

  it('of upgrades shows faults in place and what fits', async () => {
    const terminal = start({ columns: 80, rows: 24 });
    await terminal.waitFor('1 of 6');
    await terminal.press('U');
    await terminal.waitFor('upgrades');
    await terminal.type('/host=x colour=1');
    await terminal.waitFor(/\n {9}\^ there is no field colour; there are host, site/u);
    await terminal.press('ctrl+u');
    await terminal.type('st');
    await terminal.waitFor(/\n {2}status= {2}step= /u);
    await terminal.press('esc');
    await terminal.waitForGone('status=');
  });
});
