import { describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);

/** The cells of a row of the table, by the column that starts above them. */
function rowOf(screen: readonly string[], hostname: string): string {
  return screen.find((line) => line.slice(3).startsWith(hostname)) ?? '';
}

async function healthy(): Promise<void> {
  const { telemetry, seed } = world();
  await writeSteady(telemetry, seed.acme.id, ['ams-core-01'], { cpu: 91, freeMemory: 8, criticalErrors: 14 });
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01', 'ams-edge-02', 'fra-leaf-01'], { cpu: 12 });
}

/** Everything has been read: rows, health, the bars of CPU, both databases' answers. */
async function allRead(terminal: ReturnType<typeof start>): Promise<void> {
  await terminal.waitFor((screen) => {
    const text = screen.join('\n');
    return /● \d+ms.*● \d+ms/u.test(text) && / 6 routers · \d/u.test(text) && /[▁-█]/u.test(text);
  });
}

describe('the fleet', () => {
  it('shows what matters in 80 by 24', async () => {
    await healthy();
    const terminal = start({ columns: 80, rows: 24 });
    await allRead(terminal);
    const screen = terminal.screen();
    expect(screen[0]).toMatch(/^ netup {2}acme ▸ fleet +ana \(approver\) {2}pg ● \d+ms {2}telemetry ● \d+ms$/u);
    expect(screen[1]).toBe(' 6 routers · 2 need attention');
    expect(screen[2]).toMatch(/^ {3}HOSTNAME ▲ +SITE +CPU 2h {2}MEM FREE {3}ERR {2}READY$/u);
    expect(rowOf(screen, 'ams-core-01')).toMatch(/ams +[▁-█░]{12} {2}91% +8% +14 {2}✖ cpu$/u);
    expect(rowOf(screen, 'ams-edge-01')).toMatch(/ams +[▁-█░]{12} {2}12% +60% +0 {2}✔ ready$/u);
    expect(rowOf(screen, 'fra-leaf-01')).toMatch(/· up to date$/u);
    expect(rowOf(screen, 'fra-leaf-02')).toMatch(/fra +\? +\? +\? {2}◌ no data$/u);
    expect(rowOf(screen, 'fra-old-01')).toMatch(/– +\? +\? +\? {2}· no target$/u);
    expect(screen.at(-1)).toMatch(/^ 1 of 6 +↵ open {2}u upgrade {2}space mark {2}\/ filter {2}s sort.*\? help$/u);
  });

  it('has room for versions and models in 120 by 40', async () => {
    const terminal = start();
    await allRead(terminal);
    const screen = terminal.screen();
    expect(screen[2]).toMatch(/^ {3}HOSTNAME ▲ +SITE +MODEL +RUNNING +TARGET +CPU 2h {2}MEM FREE {3}ERR {2}READY$/u);
    expect(rowOf(screen, 'ams-edge-01')).toMatch(/ams +MX204 +21\.4R3-S5 +→ 22\.4R3-S2/u);
    expect(rowOf(screen, 'fra-leaf-01')).toContain('up to date');
  });

  it('shows every column in 200 by 50', async () => {
    const terminal = start({ columns: 200, rows: 50 });
    await allRead(terminal);
    const screen = terminal.screen();
    expect(screen[2]?.trim().split(/\s{2,}/u)).toEqual([
      'HOSTNAME ▲',
      'SITE',
      'VENDOR',
      'MODEL',
      'RUNNING',
      'TARGET',
      'STATUS',
      'POLICY',
      'CPU 2h',
      'MEM FREE',
      'ERR',
      'READY',
    ]);
    expect(rowOf(screen, 'ams-core-01')).toMatch(/Cisco +ASR1002-HX .* active +core, Cisco, careful /u);
  });

  it('lines numbers up on the right, under the ends of their titles', async () => {
    const terminal = start();
    await allRead(terminal);
    const screen = terminal.screen();
    const head = screen[2] ?? '';
    for (const [title, cells] of [
      ['MEM FREE', ['8%', '60%', '?']],
      ['ERR', ['14', '0', '?']],
    ] as const) {
      const end = head.indexOf(title) + title.length;
      const hosts = ['ams-core-01', 'ams-edge-01', 'fra-leaf-02'];
      const found = hosts.map((host) => rowOf(screen, host).slice(0, end).split(/\s/u).at(-1));
      expect(found).toEqual(cells);
    }
  });

  it('follows the size of the terminal and leaves nothing behind', async () => {
    const terminal = start({ columns: 200, rows: 50 });
    await allRead(terminal);
    terminal.resize(80, 24);
    await terminal.waitFor((screen) => /^ {3}HOSTNAME ▲ +SITE +CPU 2h/u.test(screen[2] ?? ''));
    expect(terminal.text()).not.toContain('VENDOR');
    expect(terminal.screen().filter((line) => line.includes('ams-core-01'))).toHaveLength(1);
    terminal.resize(200, 50);
    await terminal.waitFor('VENDOR');
  });

  it('shows another organization its own rows only', async () => {
    const { seed, telemetry } = world();
    await support.admin`UPDATE routers SET hostname = 'globex-core' WHERE organization_id = ${seed.globex.id} AND id = 'ams-core-01'`;
    await writeSteady(telemetry, seed.globex.id, ['ams-core-01'], { cpu: 33 });
    const terminal = start();
    await allRead(terminal);
    await terminal.press('space', 'O', 'down', 'enter');
    await terminal.waitFor('globex ▸ fleet');
    await terminal.waitFor(/globex-core.*33%/u);
    expect(terminal.text()).not.toContain('91%');
    expect(terminal.text()).not.toMatch(/\n.. ams-core-01/u);
    expect(terminal.screen().at(-1)).toMatch(/^ 1 of 6 /u);
    expect(terminal.screen().at(-1)).not.toContain('marked');
  });

  it('says what to do when there is no router', async () => {
    const { seed } = world();
    const [empty] = await support.admin`
      INSERT INTO organizations (slug, name) VALUES ('empty', 'Empty') RETURNING id::text`;
    await support.admin`INSERT INTO organization_members VALUES (${empty?.['id']}, ${seed.ana.id}, 'approver')`;
    const organizationId = String(empty?.['id']);
    const terminal = start({
      context: {
        initialOrganizationId: organizationId,
        memberships: [{ organizationId, slug: 'empty', organizationName: 'Empty', role: 'approver' }],
      },
    });
    await terminal.waitFor('There is no router yet: load some with `netup-tui fleet load FILE`.');
    expect(terminal.screen()[1]).toBe(' 0 routers');
    await terminal.press('j', 'G', 'space', 'v', '*', 'enter', 'u');
    await terminal.waitFor('There is no router to upgrade here.');
  });
});
