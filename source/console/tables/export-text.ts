import { csvCell } from '../../model/csv-cell.ts';
import { cleanLine } from '../../model/text.ts';
import type { Cell, Column } from '../components/columns.ts';

export type ExportFormat = 'csv' | 'json';

/** Rows in one piece: other work gets its turn between them. */
const PIECE = 500;

/** The file of a table in pieces: the columns in their order, with the texts that are seen; charts are left out of them. */
export function* exportText<Row>(
  format: ExportFormat,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Generator<string> {
  yield format === 'csv' ? csvLine(columns.map(({ title }) => title)) : '[';
  for (let from = 0; from < rows.length; from += PIECE) {
    const piece = rows.slice(from, from + PIECE);
    if (format === 'csv') yield piece.map((row) => csvLine(columns.map((column) => cellText(column, row)))).join('');
    else yield piece.map((row, index) => `${from + index === 0 ? '' : ','}\n${jsonObject(columns, row)}`).join('');
  }
  if (format === 'json') yield '\n]\n';
}

/** What a cell says, without colour and without the padding around it. */
export function cellText<Row>(column: Column<Row>, row: Row): string {
  return cleanLine(column.plain === undefined ? textOf(column.cell(row)) : column.plain(row)).trim();
}

function jsonObject<Row>(columns: readonly Column<Row>[], row: Row): string {
  return JSON.stringify(Object.fromEntries(columns.map((column) => [column.id, cellText(column, row)])));
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => csvCell(cell)).join(',')}\r\n`;
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.map((part) => (typeof part === 'string' ? part : part.text)).join('');
}
