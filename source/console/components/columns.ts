import type { Part } from '../text/parts.ts';

/** What a column shows of a row: plain text, or parts in several tones. Cleaned when it is drawn. */
export type Cell = string | readonly Part[];

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** Cells; the gap to the next column is not part of it. */
  readonly width: number;
  /** Share of the room that is left over; absent: fixed width. */
  readonly grow?: number;
  /** Widest it may grow. */
  readonly maxWidth?: number;
  readonly align?: 'left' | 'right';
  /** In narrow terminals the columns with the highest number go first. 0 never goes. */
  readonly priority: number;
  /** True: only shown where it was chosen, or in the wide form of the table. */
  readonly extra?: boolean;
  /** Of nothing but the row: it is not asked for again as long as row and columns are the same. */
  cell(row: Row): Cell;
  /** What is exported, where the cell draws something. Default: the text of the cell. */
  plain?(row: Row): string;
  /** What a screen reader reads, with the column's name, where the text of the cell does not say it. */
  spoken?(row: Row): string;
}

export interface PlacedColumn<Row> {
  readonly column: Column<Row>;
  readonly width: number;
}

/** Cells between two columns. */
export const COLUMN_GAP = 2;

/** The columns that fit into `width` cells, in their order, and how wide each is. */
export function placeColumns<Row>(columns: readonly Column<Row>[], width: number): readonly PlacedColumn<Row>[] {
  let kept = columns;
  while (kept.length > 1 && needed(kept) > width) {
    const lowest = Math.max(...kept.map(({ priority }) => priority));
    if (lowest === 0) break;
    const drop = kept.findLastIndex(({ priority }) => priority === lowest);
    kept = kept.toSpliced(drop, 1);
  }
  return share(kept, Math.max(0, width - needed(kept)));
}

function needed(columns: readonly Column<never>[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0) + COLUMN_GAP * (columns.length - 1);
}

function share<Row>(columns: readonly Column<Row>[], spare: number): readonly PlacedColumn<Row>[] {
  let left = spare;
  let shares = columns.reduce((sum, { grow }) => sum + (grow ?? 0), 0);
  return columns.map((column) => {
    const grow = column.grow ?? 0;
    const extra = shares === 0 ? 0 : Math.floor((left * grow) / shares);
    const width = Math.min(column.width + extra, column.maxWidth ?? Infinity);
    left -= width - column.width;
    shares -= grow;
    return { column, width };
  });
}
