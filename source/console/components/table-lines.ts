import { fitParts, type Part } from '../text/parts.ts';
import { BoundedCache } from '../text/bounded-cache.ts';
import { displayWidth, fit } from '../text/width.ts';
import type { CursorLook } from '../theme/cursor-slice.ts';
import type { Theme } from '../theme/theme.ts';
import { COLUMN_GAP, type PlacedColumn } from './columns.ts';

const GAP = ' '.repeat(COLUMN_GAP);

/** Cells before the first column: the bar of the current row, the mark, a blank. */
export const GUTTER_WIDTH = 3;

export interface TableSort {
  readonly columnId: string;
  readonly direction: 'ascending' | 'descending';
}

/** The titles, with an arrow at the column that the table is sorted by. */
export function headLine<Row>(theme: Theme, placed: readonly PlacedColumn<Row>[], sort: TableSort | undefined): string {
  const titles = placed.map(({ column, width }) => {
    if (sort?.columnId !== column.id) return fit(column.title, width, column.align);
    const arrow = sort.direction === 'ascending' ? '▲' : '▼';
    const title = displayWidth(column.title) + 2 > width ? fit(column.title, width - 1) : `${column.title} `;
    return fit(title + arrow, width, column.align);
  });
  return theme.paint('header', ' '.repeat(GUTTER_WIDTH) + titles.join(GAP));
}

export interface RowState {
  readonly current: boolean;
  readonly marked: boolean;
  /** Cells of the whole line. */
  readonly width: number;
  /** How the current row is shown. */
  readonly cursor: CursorLook;
}

/** One row of the table, painted: gutter and padded cells, `width` cells in all. */
export function rowLine<Row>(theme: Theme, placed: readonly PlacedColumn<Row>[], row: Row, state: RowState): string {
  const bar = state.current ? theme.paint('accent', '▌') : ' ';
  const mark = state.marked ? theme.paint('accent', '✓') : ' ';
  const [first = '', ...others] = placed.map(({ column, width }) =>
    paintCell(theme, column.cell(row), width, column.align),
  );
  const byBar = state.current && state.cursor === 'bar';
  const cells = [byBar ? theme.paint('title', first) : first, ...others].join(GAP);
  const used =
    GUTTER_WIDTH + placed.reduce((sum, { width }) => sum + width, 0) + COLUMN_GAP * Math.max(0, placed.length - 1);
  const line = `${bar}${mark} ${cells}${' '.repeat(Math.max(0, state.width - used))}`;
  return state.current && !byBar ? theme.paint('selected', line) : line;
}

/** Twice the rows of a large terminal. */
const ROWS_KEPT = 128;

/** Paints rows that are not current, and remembers those painted lately: of a screen of rows, one or two are others than on the last. */
export function rowPainter<Row>(
  theme: Theme,
  placed: readonly PlacedColumn<Row>[],
  width: number,
): (row: Row, marked: boolean) => string {
  const kept = [new BoundedCache<Row, string>(ROWS_KEPT), new BoundedCache<Row, string>(ROWS_KEPT)] as const;
  return (row, marked) => {
    const lines = kept[marked ? 1 : 0];
    const known = lines.get(row);
    if (known !== undefined) return known;
    const line = rowLine(theme, placed, row, { current: false, marked, width, cursor: 'bar' });
    lines.set(row, line);
    return line;
  };
}

function paintCell(theme: Theme, cell: string | readonly Part[], width: number, align?: 'left' | 'right'): string {
  return typeof cell === 'string' ? fit(cell, width, align) : fitParts(theme, cell, width, align);
}
