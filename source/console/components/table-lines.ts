import { fitParts, type Part } from '../text/parts.ts';
import { displayWidth, fit } from '../text/width.ts';
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

/** One row of the table, painted: gutter and padded cells, `width` cells in all. */
export function rowLine<Row>(
  theme: Theme,
  placed: readonly PlacedColumn<Row>[],
  row: Row,
  state: { readonly current: boolean; readonly marked: boolean; readonly width: number },
): string {
  const bar = state.current ? theme.paint('accent', '▌') : ' ';
  const mark = state.marked ? theme.paint('accent', '✓') : ' ';
  const cells = placed.map(({ column, width }) => paintCell(theme, column.cell(row), width, column.align)).join(GAP);
  const used =
    GUTTER_WIDTH + placed.reduce((sum, { width }) => sum + width, 0) + COLUMN_GAP * Math.max(0, placed.length - 1);
  const line = `${bar}${mark} ${cells}${' '.repeat(Math.max(0, state.width - used))}`;
  return state.current ? theme.paint('selected', line) : line;
}

function paintCell(theme: Theme, cell: string | readonly Part[], width: number, align?: 'left' | 'right'): string {
  return typeof cell === 'string' ? fit(cell, width, align) : fitParts(theme, cell, width, align);
}
