import type { FilterSchema } from '../../model/filter/fields.ts';
import { filterReader, type FilterReader, type ReadFilter } from '../../model/filter/filter.ts';
import { narrows } from '../../model/filter/narrows.ts';
import type { FilterFault, Term } from '../../model/filter/terms.ts';
import type { Column } from '../components/columns.ts';
import type { ConsoleServices } from '../services.ts';
import type { SortValue } from '../state/row-sort.ts';
import { defineSlice, type Slice } from '../state/slice.ts';

export type Direction = 'ascending' | 'descending';

/** The column that a table is sorted by. */
export interface SortBy {
  readonly id: string;
  readonly direction: Direction;
}

/** How the operator wants to see a table. */
export interface TableView<Row> {
  /** As it is written; while it is no filter the last good one stays in force. */
  readonly filter: string;
  readonly fault: FilterFault | null;
  /** Null keeps every row. */
  readonly keep: ((row: Row) => boolean) | null;
  readonly terms: readonly Term[];
  /** Null: the table's own order. */
  readonly sort: SortBy | null;
  /** Ids of the columns in their order; null: those that the table begins with. */
  readonly columns: readonly string[] | null;
  /** True: the columns that are only shown on request, too. */
  readonly wide: boolean;
}

/** What a table is made of. */
export interface TableSpec<Row extends object> {
  /** For what is remembered: `upgrades`. */
  readonly id: string;
  /** The route of its screen. */
  readonly routeId: string;
  readonly noun: readonly [one: string, many: string];
  readonly schema: FilterSchema<Row>;
  /** All columns, those that are only shown on request (`extra`) too. The same array for the same columns. */
  readonly columns: (services: ConsoleServices) => readonly Column<Row>[];
  /** What the columns that can be sorted by are sorted by. */
  readonly sorts: ReadonlyMap<string, (row: Row) => SortValue>;
  readonly ownSort?: SortBy;
  /** The direction that shows what needs somebody first. Default: ascending. */
  readonly firstDirection?: (columnId: string) => Direction;
  /** Every row, whatever the filter. */
  readonly all: (services: ConsoleServices) => Iterable<Row>;
  /** The rows as they are shown now. */
  readonly shown: (services: ConsoleServices) => Iterable<Row>;
  /** Around each change of filter or order: stays on the same row. Null `narrows`: the order changed. */
  readonly arranged: (services: ConsoleServices, change: () => void, narrows: boolean | null) => void;
  readonly current: (services: ConsoleServices) => Row | undefined;
  /** Null where nothing is marked. */
  readonly isMarked?: (services: ConsoleServices) => ((row: Row) => boolean) | null;
}

/** A table of the console that can be filtered, sorted and laid out. */
export interface ConsoleTable<Row extends object> extends TableSpec<Row> {
  readonly view: Slice<TableView<Row>>;
  readonly read: FilterReader<Row>;
}

export function defineTable<Row extends object>(spec: TableSpec<Row>): ConsoleTable<Row> {
  return {
    ...spec,
    read: filterReader(spec.schema),
    view: defineSlice<TableView<Row>>(`${spec.id}.view`, () => ({
      filter: '',
      fault: null,
      keep: null,
      terms: [],
      sort: spec.ownSort ?? null,
      columns: null,
      wide: false,
    })),
  };
}

/** Takes a new text; while it is not a filter the last good one stays in force. Returns what is wrong with it. */
export function setFilter<Row extends object>(
  services: ConsoleServices,
  table: ConsoleTable<Row>,
  text: string,
): FilterFault | null {
  const { store } = services;
  const before = store.get(table.view);
  if (text === before.filter) return before.fault;
  const read: ReadFilter<Row> = table.read(text);
  if (!read.ok) {
    store.set(table.view, { ...before, filter: text, fault: read.fault });
    return read.fault;
  }
  const { keep, terms } = read;
  const closer = narrows(table.schema, before.terms, terms);
  table.arranged(services, () => store.set(table.view, { ...before, filter: text, fault: null, keep, terms }), closer);
  return null;
}

export function setSort<Row extends object>(
  services: ConsoleServices,
  table: ConsoleTable<Row>,
  sort: SortBy | null,
): void {
  table.arranged(services, () => services.store.update(table.view, (view) => ({ ...view, sort })), null);
}
