import type { ConsoleServices } from '../services.ts';
import { follow, LIST_START, type ListState } from '../state/list.ts';
import type { Slice } from '../state/slice.ts';
import { rowArranger } from './arrange.ts';
import { type ConsoleTable, defineTable, type TableSpec } from './table.ts';

/** Lines that screens have above and below their rows at most: the cursor stays in sight of any of them. */
const MOST_AROUND = 8;

export interface ListTableSpec<Row extends object> extends Omit<
  TableSpec<Row>,
  'all' | 'shown' | 'current' | 'arranged'
> {
  /** In the table's own order; the same array as long as they do not change. */
  readonly rows: (services: ConsoleServices) => readonly Row[];
  readonly idOf: (row: Row) => string;
  readonly list: Slice<ListState>;
}

/** A table whose rows are an array in the state. */
export interface ListTable<Row extends object> extends ConsoleTable<Row> {
  /** The rows that the filter keeps, in the order chosen; the same array as long as nothing changes. */
  readonly rowsShown: (services: ConsoleServices) => readonly Row[];
}

export function defineListTable<Row extends object>(spec: ListTableSpec<Row>): ListTable<Row> {
  const arrange = rowArranger<Row>();
  const rowsShown = (services: ConsoleServices): readonly Row[] =>
    arrange(table, spec.rows(services), services.store.get(table.view));
  const table: ConsoleTable<Row> = defineTable<Row>({
    ...spec,
    all: spec.rows,
    shown: rowsShown,
    current: (services) => rowsShown(services)[services.store.get(spec.list).cursor],
    arranged(services, change) {
      const { store } = services;
      const list = store.get(spec.list);
      const before = rowsShown(services)[list.cursor];
      change();
      const rows = rowsShown(services);
      const position = before === undefined ? -1 : rows.findIndex((row) => spec.idOf(row) === spec.idOf(before));
      const height = Math.max(1, services.body().rows - MOST_AROUND);
      store.set(spec.list, position < 0 ? LIST_START : follow(list, position, rows.length, height));
    },
  });
  return { ...table, rowsShown };
}
