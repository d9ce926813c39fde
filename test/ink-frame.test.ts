import { stripVTControlCharacters } from 'node:util';
import xterm from '@xterm/headless';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { frameUpdate } from '../.ci/ink/frame-update.ts';
import { randomFrom } from './support/random.ts';

const COLUMNS = 50;
const ROWS = 16;

const words = [
  'ams-core-01',
  'x',
  '        ',
  '▂▂▃▄▅▆▇█ ░░',
  '→ 17.12.03 ✔ ✖ ●',
  '日本',
  '👩‍👩‍👧‍👦',
  '❤️ 🇳🇱',
  'éà̧ mark\u0301',
  '한국 각',
  'ﾊﾞ',
  '\u001b[7mzero\u200bwidth\u001b[27m',
  '\u001b[1mbold\u001b[22m',
  '\u001b[2mdim \u001b[1mboth\u001b[22m none',
  '\u001b[38;2;1;2;3mrgb \u001b[48;5;238mon grey\u001b[49m off\u001b[39m',
  '\u001b[41m     \u001b[49m',
  '\u001b[31me\u001b[39m\u0301',
  '\u001b[4;31munder\u001b[0m',
  '\u001b[9mstruck\u001b[29m\u001b[3mitalic\u001b[23m',
];

/** What is not taken apart. */
const unknown = ['\u001b[21mtwice underlined\u001b[24m', '\u001b]8;;https://example.org\u0007link\u001b]8;;\u0007'];

/** As many cells as the terminal with the poorest idea of Unicode takes: what is wider than the screen goes on in the next row. */
function mostCells(line: string): number {
  return Array.from(stripVTControlCharacters(line)).reduce((sum, character) => sum + stringWidth(character), 0);
}

/** A line that fits, as Ink writes it: with its styles taken back, and without blanks at its end. */
function randomLine(next: (below: number) => number): string {
  const count = next(7);
  let line = '';
  for (let word = 0; word < count; word += 1) {
    const from = next(60) === 0 ? unknown : words;
    const longer = line + (from[next(from.length)] ?? '') + (next(2) === 0 ? ' ' : '');
    if (mostCells(longer) < COLUMNS) line = longer;
  }
  return line.trimEnd();
}

type Change = (lines: readonly string[], next: (below: number) => number) => readonly string[];

const changes: readonly Change[] = [
  (lines) => lines,
  (lines, next) => lines.with(next(ROWS), randomLine(next)),
  (lines, next) => lines.with(next(ROWS), lines[next(ROWS)] ?? ''),
  (lines, next) => lines.map((line) => (next(4) === 0 ? randomLine(next) : line)),
  (lines) => lines.map((line) => (line.startsWith('▌') ? line.slice(1) : line)),
  (lines, next) => {
    const row = next(ROWS);
    return lines.with(row, `▌${lines[row] ?? ''}`).map((line) => (mostCells(line) > COLUMNS ? '' : line));
  },
  // A block of lines moves, others come in; what is above and below stays.
  (lines, next) => {
    const [top, by] = [next(ROWS / 2), 1 + next(4)];
    const bottom = top + 4 + next(ROWS - top - 4);
    const block = lines.slice(top, bottom);
    const entering = Array.from({ length: by }, () => randomLine(next));
    const moved = next(2) === 0 ? [...block.slice(by), ...entering] : [...entering, ...block.slice(0, -by)];
    return [...lines.slice(0, top), ...moved.slice(0, block.length), ...lines.slice(bottom)].slice(0, ROWS);
  },
];

async function shown(terminal: xterm.Terminal, written: string): Promise<readonly string[]> {
  await new Promise<void>((resolve) => terminal.write(written, resolve));
  const { active } = terminal.buffer;
  return Array.from({ length: ROWS }, (_, row) => {
    const line = active.getLine(active.viewportY + row);
    return Array.from({ length: COLUMNS }, (_cell, column) => cellText(line?.getCell(column))).join(' ');
  });
}

function cellText(cell: xterm.IBufferCell | undefined): string {
  if (cell === undefined || cell.getWidth() === 0) return '';
  const flags = [
    cell.isBold(),
    cell.isDim(),
    cell.isItalic(),
    cell.isUnderline(),
    cell.isInverse(),
    cell.isStrikethrough(),
  ];
  const colors = [cell.getFgColorMode(), cell.getFgColor(), cell.getBgColorMode(), cell.getBgColor()];
  return `${cell.getChars() || ' '}${flags.map(Number).join('')}${colors.join(',')}`;
}

function openScreen(): xterm.Terminal {
  return new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
}

/** A frame as Ink writes the first one. */
const whole = (lines: readonly string[]): string => `\u001b[?1049h\u001b[m\u001b[2J\u001b[H${lines.join('\r\n')}`;

describe('frameUpdate', () => {
  it('leaves on the screen what writing all of the frame anew does, cell by cell, whatever changed', async () => {
    let updated = 0;
    const reference = openScreen();
    for (let seed = 1; seed <= 8; seed += 1) {
      const chance = randomFrom(seed);
      const next = (below: number): number => Math.floor(chance() * below);
      const screen = openScreen();
      let lines: readonly string[] = Array.from({ length: ROWS }, () => randomLine(next));
      await shown(screen, whole(lines));
      for (let step = 0; step < 40; step += 1) {
        const before = lines;
        for (let many = next(3); many >= 0; many -= 1) lines = changes[next(changes.length)]?.(lines, next) ?? lines;
        const update = frameUpdate(before, lines, COLUMNS);
        if (update !== null) updated += 1;
        const seen = await shown(screen, update ?? whole(lines));
        const expected = await shown(reference, `\u001bc${whole(lines)}`);
        expect(seen, `seed ${seed}, step ${step}:\n${before.join('\n')}\n->\n${lines.join('\n')}`).toEqual(expected);
        expect(screen.buffer.active.cursorY).toBe(ROWS - 1);
      }
    }
    expect(updated).toBeGreaterThan(200);
  }, 60_000);

  const rows = Array.from(
    { length: 100 },
    (_, row) => `  router-${String(row).padStart(3, '0')} \u001b[32m✔ ready\u001b[39m ▂▃▄ ${row}`,
  );
  const page = (top: number, current: number): readonly string[] => [
    'head',
    ...rows.slice(top, top + ROWS - 2).map((line, row) => (top + row === current ? `▌${line.slice(1)}` : line)),
    `${current + 1} of 100`,
  ];

  it('writes no more than the cells that a move of the cursor changes', () => {
    expect(frameUpdate(page(0, 3), page(0, 4), COLUMNS)).toBe('\u001b[5H \u001b[6H▌\u001b[16H5');
  });

  it('has the terminal move a block of lines', () => {
    const down = frameUpdate(page(0, 13), page(1, 14), COLUMNS) ?? '';
    expect(down).toContain('\u001b[2;14r\u001b[14H\u001bD\u001b[r');
    expect(down.length).toBeLessThan(110);
    const up = frameUpdate(page(5, 5), page(4, 4), COLUMNS) ?? '';
    expect(up).toContain('\u001b[3;15r\u001b[3H\u001bM\u001b[r');
    expect(up.length).toBeLessThan(110);
  });

  it('writes nothing that is in place', () => {
    expect(frameUpdate(page(0, 3), page(0, 3), COLUMNS)).toBe('\u001b[16H');
  });

  it('leaves lines alone that it cannot take apart, or that are too wide', () => {
    expect(frameUpdate(['a', 'b'], ['a', '\u001b]8;;https://example.org\u0007b'], COLUMNS)).toBeNull();
    expect(frameUpdate(['a'], ['x'.repeat(COLUMNS + 1)], COLUMNS)).toBeNull();
    expect(frameUpdate(['a'], ['日'.repeat(COLUMNS)], COLUMNS)).toBeNull();
  });
});
