import type { Cell, Column, PlacedColumn } from '../components/columns.ts';
import { spokenLine } from './spoken-line.ts';

/** A row as it is read: each column's title and what stands there. What is not there is left out. */
export function spokenRow<Row>(placed: readonly PlacedColumn<Row>[], row: Row): string {
  return placed
    .flatMap(({ column }) => {
      const said = column.spoken?.(row) ?? `${column.title} ${cellOf(column, row)}`;
      return said.trim() === column.title ? [] : said;
    })
    .join('; ');
}

function cellOf<Row>(column: Column<Row>, row: Row): string {
  const text = spokenLine(column.plain?.(row) ?? textOf(column.cell(row)));
  if (text === '?') return 'unknown';
  return text === '–' ? '' : text;
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.map((part) => (typeof part === 'string' ? part : part.text)).join('');
}
