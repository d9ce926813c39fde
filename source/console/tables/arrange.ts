import { compareBy } from '../state/row-sort.ts';
import type { ConsoleTable, SortBy, TableView } from './table.ts';

interface Arranged<Row> {
  readonly keep: TableView<Row>['keep'];
  readonly sort: SortBy | null;
  readonly rows: readonly Row[];
}

/**
 * Arranges the rows of one table, for tables that are no more than some thousand rows: those that the filter keeps, in the order that
 * was chosen. Gives the same array as long as neither rows nor view change.
 */
export function rowArranger<Row extends object>(): (
  table: ConsoleTable<Row>,
  rows: readonly Row[],
  view: TableView<Row>,
) => readonly Row[] {
  const known = new WeakMap<readonly Row[], Arranged<Row>>();
  return (table, rows, { keep, sort }) => {
    const value = sort === null ? undefined : table.sorts.get(sort.id);
    if (keep === null && value === undefined) return rows;
    const last = known.get(rows);
    if (last?.keep === keep && last.sort === sort) return last.rows;
    const kept = keep === null ? rows : rows.filter((row) => keep(row));
    const arranged = value === undefined || sort === null ? kept : sorted(kept, value, sort);
    known.set(rows, { keep, sort, rows: arranged });
    return arranged;
  };
}

function sorted<Row>(
  rows: readonly Row[],
  value: (row: Row) => string | number | null,
  { direction }: SortBy,
): readonly Row[] {
  const compare = compareBy(rows.map(value), direction);
  return rows
    .map((_, slot) => slot)
    .toSorted(compare)
    .flatMap((slot) => rows[slot] ?? []);
}
