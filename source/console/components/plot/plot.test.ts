import { describe, expect, it } from 'vitest';
import { GLYPH_SETS, glyphSetFor } from './glyph-sets.ts';
import { plotRows, type PlotOptions } from './plot-rows.ts';
import { roundUp } from './scale.ts';
import { strokes } from './strokes.ts';
import { columnOf, tickTimes } from './time-axis.ts';

const MINUTE = 60_000;
const steps = { starts: [0, 1, 2, 3, 4, 5, 6, 7].map((index) => index * 15 * MINUTE), end: 120 * MINUTE };

function drawn(change: Partial<PlotOptions> = {}): readonly string[] {
  return plotRows({
    series: [{ letter: 'A', tone: 'series1', values: [20, 20, 60, 60, null, null, 90, 90] }],
    steps,
    scale: { min: 0, max: 100, label: (value) => `${value}%` },
    limits: [80],
    markers: [],
    cursor: null,
    width: 70,
    height: 14,
    set: 'line',
    times: {
      label: (at) => `0${Math.floor(at / 60 / MINUTE)}:${String((at / MINUTE) % 60).padStart(2, '0')}`,
      width: 5,
      offsetMs: 0,
      zone: 'UTC',
    },
    empty: 'no data',
    ...change,
  }).map((parts) => parts.map((part) => (typeof part === 'string' ? part : part.text)).join(''));
}

describe('a plot', () => {
  it.each(GLYPH_SETS)('of %s has exactly its rows, a gap where there is one, and nothing beyond its width', (set) => {
    const rows = drawn({ set });
    expect(rows).toHaveLength(14);
    expect(rows.map(({ length }) => length)).toEqual(Array.from({ length: 14 }, () => 70));
    // Cells of the gap: the sixth and a part of the fifth eighth.
    const gap = rows.slice(1, -2).map((row) => row.slice(6 + 35, 6 + 46).replaceAll(/[╌.]/gu, ' '));
    expect(gap.join('').trim()).toBe('');
    expect(
      rows
        .slice(1, -2)
        .join('')
        .replaceAll(/[╌.┤|\s\d%]/gu, ''),
    ).not.toBe('');
    const strange = /[^\u0020-\u007e]/u;
    expect(rows.some((row) => strange.test(row))).toBe(set !== 'ascii');
  });

  it('tells its lines apart by letters, without any colour', () => {
    const flat = (letter: string, value: number): PlotOptions['series'][number] => ({
      letter,
      tone: 'series1',
      values: steps.starts.map(() => value),
    });
    const rows = drawn({ series: [flat('A', 20), flat('B', 90), flat('C', 90)] });
    const high = rows.find((row) => row.includes('B')) ?? '';
    expect(high).toMatch(/B─C─+B─C.*CB─$/u);
    expect(rows.find((row) => row.includes('A'))).not.toBe(high);
  });

  it('marks times above it, and the step that is read', () => {
    const rows = drawn({ markers: [{ at: 60 * MINUTE, glyph: '▲', tone: 'info' }], cursor: 7 });
    expect(rows[0]?.indexOf('▲')).toBe(6 + 32);
    expect(rows.slice(1, -2).filter((row) => row[6 + 32] === '┊').length).toBeGreaterThan(6);
    expect(rows.slice(1, -2).filter((row) => row[6 + 60] === '│').length).toBeGreaterThan(6);
    expect(rows.at(-2)).toMatch(/└┬─+┬─+.* UTC$/u);
    expect(rows.at(-1)).toContain('01:00');
  });

  it('says that there is nothing instead of drawing it at zero', () => {
    const rows = drawn({ series: [{ letter: 'A', tone: 'series1', values: [null, null] }], limits: [] });
    expect(rows.join('\n')).toContain('no data');
    expect(rows.slice(1, -2).join('')).not.toContain('─');
  });
});

it('draws steep lines without holes', () => {
  for (const set of GLYPH_SETS) {
    const rows = strokes([0, 100], { width: 8, height: 6, min: 0, max: 100, set });
    expect(rows.filter((row) => row.trim() !== '')).toHaveLength(6);
  }
});

it('takes the glyphs that the terminal can show', () => {
  expect(glyphSetFor({ TERM: 'xterm-256color', LANG: 'de_DE.UTF-8' })).toBe('line');
  expect(glyphSetFor({ TERM: 'xterm-256color' })).toBe('line');
  expect(glyphSetFor({ TERM: 'linux', LANG: 'en_US.utf8' })).toBe('block');
  expect(glyphSetFor({ TERM: 'xterm', LANG: 'en_US.UTF-8', LC_ALL: 'C' })).toBe('ascii');
  expect(glyphSetFor({ TERM: 'vt100' })).toBe('ascii');
});

it('finds columns and round times, also of the clock of another zone', () => {
  expect(columnOf(steps, 80, -1)).toBeNull();
  expect(columnOf(steps, 80, 120 * MINUTE)).toBe(79);
  expect(columnOf(steps, 80, 67.5 * MINUTE)).toBe(45);
  expect(tickTimes(steps, 40, { room: 10, offsetMs: 0 }).map((at) => at / MINUTE)).toEqual([0, 30, 60, 90, 120]);
  const nepal = tickTimes(steps, 20, { room: 10, offsetMs: 345 * MINUTE });
  expect(nepal.map((at) => at / MINUTE)).toEqual([15, 75]);
});

it('rounds scales up', () => {
  expect([0, 0.3, 7, 10, 11, 240, 251, 1.2e9].map((value) => roundUp(value))).toEqual([
    1, 0.5, 10, 10, 20, 250, 500, 2e9,
  ]);
});
