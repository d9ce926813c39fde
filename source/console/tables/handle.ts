import { z } from 'zod';
import { completeFilter, type Completion } from '../../model/filter/complete.ts';
import type { FilterFault } from '../../model/filter/terms.ts';
import type { ConsoleServices } from '../services.ts';
import { offeredValues } from './filter-prompt.ts';
import { sortBy } from './sort-commands.ts';
import { wantedColumns } from './layout.ts';
import { rememberColumns, rememberFilter, rememberSort } from './remembered.ts';
import { type ConsoleTable, setFilter, setSort, type SortBy } from './table.ts';

export const tableLookSchema = z.object({
  filter: z.string().max(1000),
  sort: z.object({ id: z.string(), direction: z.enum(['ascending', 'descending']) }).nullable(),
  columns: z.array(z.string()).max(100).nullable(),
  wide: z.boolean(),
});

/** How a table looks, as it is kept under a name. */
export type TableLook = z.infer<typeof tableLookSchema>;

/** A table whose rows are its own business. */
export interface TableHandle {
  readonly id: string;
  readonly routeId: string;
  readonly look: (services: ConsoleServices) => TableLook;
  /** Takes a look on; null, or what is wrong with its filter. What it names that there is not is left out. */
  readonly setLook: (services: ConsoleServices, look: TableLook) => FilterFault | null;
  readonly setFilter: (services: ConsoleServices, filter: string) => FilterFault | null;
  readonly setSort: (services: ConsoleServices, sort: SortBy | null) => void;
  /** By a column in its own direction; again: the other way round. Nothing where the table cannot be sorted by it. */
  readonly turnSort: (services: ConsoleServices, columnId: string) => void;
  readonly complete: (services: ConsoleServices, before: string) => Completion;
  /** Every column there is, those shown now first and in their order. */
  readonly columns: (services: ConsoleServices) => readonly ColumnChoice[];
  readonly setColumns: (services: ConsoleServices, columns: readonly string[] | null, wide: boolean) => void;
  /** Ids of the columns that can be sorted by. */
  readonly sortable: readonly string[];
}

export interface ColumnChoice {
  readonly id: string;
  readonly title: string;
  readonly shown: boolean;
}

export function tableHandle<Row extends object>(table: ConsoleTable<Row>): TableHandle {
  const changeFilter = (services: ConsoleServices, filter: string): FilterFault | null => {
    const read = table.read(filter);
    if (!read.ok) return read.fault;
    setFilter(services, table, filter);
    rememberFilter(services, table);
    return null;
  };
  const changeSort = (services: ConsoleServices, sort: SortBy | null): void => {
    setSort(services, table, sort ?? table.ownSort ?? null);
    rememberSort(services, table);
  };
  const setColumns: TableHandle['setColumns'] = (services, columns, wide) => {
    services.store.update(table.view, (view) => ({ ...view, columns, wide }));
    rememberColumns(services, table);
  };
  return {
    id: table.id,
    routeId: table.routeId,
    sortable: [...table.sorts.keys()],
    look({ store }) {
      const { filter, sort, columns, wide } = store.get(table.view);
      return { filter, sort, columns: columns === null ? null : [...columns], wide };
    },
    setLook(services, { filter, sort, columns, wide }) {
      const fault = changeFilter(services, filter);
      if (fault !== null) return fault;
      changeSort(services, sort !== null && table.sorts.has(sort.id) ? sort : null);
      setColumns(services, columns, wide);
      return null;
    },
    setFilter: changeFilter,
    setSort: changeSort,
    setColumns,
    turnSort(services, columnId) {
      if (table.sorts.has(columnId)) sortBy(services, table, columnId);
    },
    complete: (services, before) => completeFilter(table.schema, before, offeredValues(services, table)),
    columns(services) {
      const all = table.columns(services);
      const shown = wantedColumns(all, services.store.get(table.view));
      const others = all.filter((column) => !shown.includes(column));
      return [
        ...shown.map(({ id, title }) => ({ id, title, shown: true })),
        ...others.map(({ id, title }) => ({ id, title, shown: false })),
      ];
    },
  };
}
