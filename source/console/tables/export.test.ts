import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useOperatorConsoles } from '../../../test/support/operator-console.ts';
import { useDatabase } from '../../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../../test/support/upgrades.ts';
import { copySequence } from '../clipboard.ts';
import { exportText } from './export-text.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'netup-export-'));
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
});
afterEach(() => {
  vi.restoreAllMocks();
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

async function begin(setup?: Parameters<typeof start>[0]): Promise<ReturnType<typeof start>> {
  const terminal = start(setup);
  await terminal.waitFor(/ 6 routers · \d/u);
  return terminal;
}

describe('an export', () => {
  it('has the rows, the columns and the order that are seen', async () => {
    const terminal = await begin();
    await terminal.type(':routers site=ams\r:sort hostname down\r:columns hostname,target,site\r');
    await terminal.waitFor('1 of 3');
    const file = path.join(folder, 'out.csv');
    await terminal.press('E', 'ctrl+u');
    await terminal.type(`${file}\r`);
    await terminal.waitFor(`3 routers written to`);
    expect(parse(readFileSync(file, 'utf8'))).toEqual([
      ['HOSTNAME', 'TARGET', 'SITE'],
      ['ams-edge-02', '22.4R3-S2', 'ams'],
      ['ams-edge-01', '22.4R3-S2', 'ams'],
      ['ams-core-01', '17.12.03', 'ams'],
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['out.csv']);
  });

  it('has the marked rows only, as JSON', async () => {
    const terminal = await begin();
    await terminal.press('j', 'space');
    await terminal.waitFor('1 marked');
    const file = path.join(folder, 'out.json');
    await terminal.press('E');
    await terminal.waitFor('Export 1 marked router');
    await terminal.press('ctrl+u');
    await terminal.type(`${file}\r`);
    await terminal.waitFor('1 router written to');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual([
      expect.objectContaining({ hostname: 'ams-edge-01', site: 'ams', running: '21.4R3-S5' }),
    ]);
  });

  it('asks before it takes the place of a file, and says what it cannot do', async () => {
    const terminal = await begin();
    const file = path.join(folder, 'there.csv');
    writeFileSync(file, 'mine');
    await terminal.press('E', 'ctrl+u');
    await terminal.type(`${path.join(folder, 'there.txt')}\r`);
    await terminal.waitFor('The name has to end in .csv or .json.');
    await terminal.press('ctrl+u');
    await terminal.type(`${file}\r`);
    await terminal.waitFor('Overwrite there.csv?');
    await terminal.press('esc');
    await terminal.waitForGone('Overwrite');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    await terminal.press('E', 'ctrl+u');
    await terminal.type(`${file}\r`);
    await terminal.waitFor('Overwrite there.csv?');
    await terminal.press('enter');
    await terminal.waitFor('6 routers written to');
    expect(readFileSync(file, 'utf8')).toContain('ams-core-01');
    await terminal.press('E', 'ctrl+u');
    await terminal.type(`${path.join(folder, 'no', 'such.csv')}\r`);
    await terminal.waitFor('cannot be written (ENOENT)');
  });

  it('protects spreadsheets from formulas, and keeps columns together', () => {
    const columns = [
      { id: 'a', title: 'A', width: 1, priority: 0, cell: (row: string) => row },
      { id: 'b', title: '=B', width: 1, priority: 0, cell: () => [{ tone: 'bad' as const, text: '✖ ' }, 'a,"b"'] },
    ];
    const text = [...exportText('csv', columns, ['=1+1', '\u001b[31mx\n@y'])].join('');
    expect(text).toBe(`A,"'=B"\r\n"'=1+1","✖ a,""b"""\r\n"x @y","✖ a,""b"""\r\n`);
    expect([...exportText('json', columns, [])].join('')).toBe('[\n]\n');
  });
});

describe('a copy', () => {
  it('goes to the terminal as OSC 52, of the marked rows or of the current one', async () => {
    const terminal = await begin();
    await terminal.press('y');
    await terminal.waitFor('Copied, if your terminal takes OSC 52.');
    await terminal.press('space', 'space', 'y');
    await terminal.waitFor('Copied');
    const sent = terminal.stdout.chunks.join('');
    for (const text of ['ams-core-01', 'ams-core-01\nams-edge-01']) {
      expect(sent).toContain(Buffer.from(text).toString('base64'));
    }
  });

  it('is wrapped for tmux and for screen, and refused if it is too long', () => {
    const plain = `\u001b]52;c;${Buffer.from('ams').toString('base64')}\u0007`;
    expect(copySequence('ams', {})).toBe(plain);
    expect(copySequence('ams', { TMUX: '/tmp/tmux' })).toBe(`\u001bPtmux;\u001b${plain}\u001b\\`);
    expect(copySequence('ams', { STY: '1.pts' })).toBe(`\u001bP${plain}\u001b\\`);
    expect(copySequence('x'.repeat(2000), { STY: '1.pts' })?.split('\u001b\\')).toHaveLength(5);
    expect(copySequence('x'.repeat(80_000), {})).toBeNull();
  });
});

describe('a dump', () => {
  it('is the text of the screen, dialogs too, and never takes the place of another', async () => {
    const terminal = await begin({ columns: 80, rows: 24 });
    await terminal.press('?');
    await terminal.waitFor('Keys on fleet');
    await terminal.press('ctrl+o');
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([expect.stringMatching(/\.txt$/u)]));
    const [name = ''] = readdirSync(folder);
    expect(name).toMatch(/^netup-screen-\d{4}-\d\d-\d\d-\d{6}\.txt$/u);
    const lines = readFileSync(path.join(folder, name), 'utf8').split('\n');
    expect(lines[0]).toMatch(/ netup {2}acme ▸ fleet/u);
    expect(lines.join('\n')).toContain('Keys on fleet');
    expect(lines.join('\n')).not.toContain('\u001b');
    expect(existsSync(path.join(folder, name))).toBe(true);
  });
});

describe('marks over a filter', () => {
  it('are inverted, and taken away', async () => {
    const terminal = await begin();
    await terminal.press('space');
    await terminal.type('/site=ams\ri');
    await terminal.waitFor('2 marked');
    await terminal.press('esc', 'i');
    await terminal.waitFor('4 marked');
    await terminal.type('/fra\r_');
    await terminal.waitFor('1 marked');
  });
});
