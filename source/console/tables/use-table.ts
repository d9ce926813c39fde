import { useMemo } from 'react';
import type { Column } from '../components/columns.ts';
import type { TableSort } from '../components/table-lines.ts';
import { useServices, useSlice } from '../state/use-selector.ts';
import type { Part } from '../text/parts.ts';
import { wantedColumns } from './layout.ts';
import type { ConsoleTable, TableView } from './table.ts';

/** What a screen needs to draw a table as the operator wants to see it. */
export interface SeenTable<Row> {
  readonly view: TableView<Row>;
  /** The same array as long as neither the columns nor the wish changes. */
  readonly columns: readonly Column<Row>[];
  /** For the arrow in the head; undefined in the table's own order. */
  readonly sort: TableSort | undefined;
}

export function useTable<Row extends object>(table: ConsoleTable<Row>): SeenTable<Row> {
  const services = useServices();
  const view = useSlice(table.view);
  const all = table.columns(services);
  const { columns, wide, sort } = view;
  return {
    view,
    sort: sort === null ? undefined : { columnId: sort.id, direction: sort.direction },
    columns: useMemo(() => wantedColumns(all, { columns, wide }), [all, columns, wide]),
  };
}

/** `filter: site=ams`, for the line above the rows; nothing without a filter. */
export function filterParts({ filter }: TableView<never>): readonly Part[] {
  return filter === '' ? [] : ['  ', { tone: 'muted', text: 'filter: ' }, filter, ' '];
}

/** Said in place of rows where the filter keeps none. */
export const NOTHING_FITS = 'fits the filter; esc takes it away.';
