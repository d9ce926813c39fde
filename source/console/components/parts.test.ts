import { describe, expect, it } from 'vitest';
import { createTheme } from '../theme/theme.ts';
import { fitParts } from '../text/parts.ts';
import { chartLines } from './chart-lines.ts';
import { placeColumns, type Column } from './columns.ts';
import { fieldParts } from './field-parts.ts';
import { footerLine } from './footer.ts';
import { formatAge, headerLine } from './header.ts';
import { sparkline } from './sparkline.ts';
import { stepParts } from './steps.ts';
import { headLine, rowLine } from './table-lines.ts';

const plain = createTheme(0);
const column = (id: string, width: number, change: Partial<Column<string>> = {}): Column<string> => ({
  id,
  title: id.toUpperCase(),
  width,
  priority: 1,
  cell: (row) => row,
  ...change,
});

describe('columns', () => {
  const columns = [column('host', 10, { priority: 0, grow: 1 }), column('site', 4, { priority: 2 }), column('cpu', 4)];
  const placed = (width: number): string =>
    placeColumns(columns, width)
      .map(({ column: { id }, width: cells }) => `${id}:${cells}`)
      .join(' ');

  it('gives the room that is left to those that grow', () => {
    expect(placed(40)).toBe('host:28 site:4 cpu:4');
  });

  it('drops those that matter least when it gets narrow, and never the first', () => {
    expect(placed(18)).toBe('host:12 cpu:4');
    expect(placed(8)).toBe('host:10');
  });

  it('draws head, cursor and mark, in exactly the width', () => {
    const places = placeColumns(columns, 37);
    expect(headLine(plain, places, { columnId: 'cpu', direction: 'descending' })).toMatch(/HOST +SITE {2}CPU▼/u);
    const line = rowLine(createTheme(0), places, '日本', { current: false, marked: true, width: 40, cursor: 'bar' });
    expect(line).toMatch(/^ ✓ 日本/u);
    expect(line.length).toBe(40 - 6);
  });
});

describe('sparkline', () => {
  it('draws low to high, and a gap where nothing was measured', () => {
    expect(sparkline([0, 50, 100, null], { width: 6, min: 0, max: 100 })).toBe('  ▁▅█░');
  });

  it('averages what does not fit', () => {
    expect(sparkline([0, 100, null, null], { width: 2, min: 0, max: 100 })).toBe('▅░');
  });
});

const chart = (values: readonly (number | null)[]): string =>
  chartLines(plain, {
    title: 'CPU %',
    values,
    width: 40,
    height: 7,
    min: 0,
    max: 100,
    threshold: { value: 75, label: 'policy limit 75' },
    ends: ['12:00', '14:00'],
    empty: 'no data',
  }).join('\n');

describe('chartLines', () => {
  it('draws axis, limit and line, and nothing where nothing was measured', () => {
    const values = Array.from({ length: 30 }, (_, index) => (index >= 10 && index < 15 ? null : index * 3));
    expect(chart(values)).toMatchInlineSnapshot(`
      "┌ [1mCPU %[22m ────────────── policy limit 75 ┐
      │ 100 ┤                                │
      │     ┤╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╭───────── │
      │  50 ┤                ─────╯          │
      │     ┤     ╭────                      │
      │   0 ┤─────╯                          │
      └ 12:00 ──────────────────────── 14:00 ┘"
    `);
  });

  it('draws beyond the axis at its edge', () => {
    expect(chart([250, 250, 250])).toContain('100 ┤──────');
  });

  it('says that there is no data', () => {
    expect(chart([null, null])).toContain('no data');
    expect(chart([])).toContain('no data');
  });
});

describe('fields', () => {
  it('shows the cursor, and scrolls so that it is in sight', () => {
    const parts = fieldParts({ value: 'abcdefgh', cursor: 8 }, { width: 5, focused: true });
    expect(parts).toEqual(['efgh', { tone: 'cursor', text: ' ' }, '']);
  });

  it('hides what is secret', () => {
    expect(fieldParts({ value: 'abc', cursor: 3 }, { width: 9, focused: false, mask: true })).toEqual(['•••']);
  });
});

describe('header and footer', () => {
  const up = { state: 'up', roundTripMs: 12, lastAnswerAt: 0 } as const;
  const facts = {
    columns: 80,
    organization: 'acme',
    crumbs: ['fleet', 'ams-core-01'],
    operator: 'ana',
    role: 'approver',
    readOnly: false,
    now: 0,
  };

  it('says where, as whom, and how the databases are', () => {
    const line = headerLine(plain, { ...facts, connections: [{ name: 'pg', connection: up }] });
    expect(line).toContain('acme ▸ fleet ▸ ams-core-01');
    expect(line).toContain('ana (approver)  pg ● 12ms');
    expect(line.length).toBeGreaterThanOrEqual(80);
  });

  it('says how old the data of a lost database is', () => {
    const lost = { state: 'down', roundTripMs: 12, lastAnswerAt: 1000 } as const;
    expect(headerLine(plain, { ...facts, now: 91_000, connections: [{ name: 'pg', connection: lost }] })).toContain(
      'pg ✖ 1m ago',
    );
    expect(formatAge(34_400)).toBe('34s');
  });

  it('leaves out hints that do not fit, but not the last', () => {
    const hints = [
      { key: 'u', title: 'upgrade' },
      { key: 's', title: 'sort' },
      { key: '?', title: 'help' },
    ];
    const line = footerLine(createTheme(0), '1 of 9', hints, 30).replaceAll(/\u001b\[\d+m/gu, '');
    expect(line).toBe(' 1 of 9     u upgrade  ? help ');
  });
});

it('marks the current step', () => {
  expect(fitParts(plain, stepParts(['image', 'gates', 'review'], 1), 40).trim()).toMatch(
    /1 image ─ .*●2 gates.* ─ 3 review/u,
  );
});
