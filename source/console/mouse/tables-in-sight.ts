import { type DOMElement, measureElement } from 'ink';
import { useEffect, useRef, type RefObject } from 'react';
import { GUTTER_WIDTH } from '../components/table-lines.ts';
import { COLUMN_GAP, type PlacedColumn } from '../components/columns.ts';
import { useServices } from '../state/use-selector.ts';
import { defineSlice } from '../state/slice.ts';
import type { ListState } from '../state/list.ts';
import type { Store } from '../state/store.ts';

/** A table as it is drawn now. */
interface DrawnTable {
  readonly box: RefObject<DOMElement | null>;
  readonly placed: readonly PlacedColumn<never>[];
  readonly list: ListState;
  readonly count: number;
}

/** Changed in place: no frame depends on it. */
const drawnSlice = defineSlice('mouse.tables', () => new Set<DrawnTable>(), { keep: true });

/** Has clicks find the table: the reference belongs to its box. */
export function useInSight<Row>(
  placed: readonly PlacedColumn<Row>[],
  list: ListState,
  count: number,
): RefObject<DOMElement | null> {
  const { store } = useServices();
  const box = useRef<DOMElement | null>(null);
  useEffect(() => {
    const drawn = store.get(drawnSlice);
    const table: DrawnTable = { box, placed, list, count };
    drawn.add(table);
    return () => void drawn.delete(table);
  }, [store, placed, list, count]);
  return box;
}

/** What of a table lies under a place: the title of a column, or a row, which is so many rows below the current one. */
export type Hit =
  { readonly kind: 'title'; readonly columnId: string } | { readonly kind: 'row'; readonly below: number };

export function hitAt(store: Store, column: number, row: number): Hit | null {
  for (const { box, placed, list, count } of store.get(drawnSlice)) {
    if (box.current === null) continue;
    const { x, y, width, height } = measureElement(box.current);
    if (row < y || row >= y + height || column < x || column >= x + width) continue;
    const index = list.top + row - y - 1;
    if (row > y) return index < count ? { kind: 'row', below: index - list.cursor } : null;
    const columnId = titleAt(placed, column - x - GUTTER_WIDTH);
    return columnId === null ? null : { kind: 'title', columnId };
  }
  return null;
}

function titleAt(placed: readonly PlacedColumn<never>[], cell: number): string | null {
  let from = 0;
  for (const { column, width } of placed) {
    if (cell >= from && cell < from + width + COLUMN_GAP) return column.id;
    from += width + COLUMN_GAP;
  }
  return null;
}
