import type { Column } from '../components/columns.ts';
import type { TableView } from './table.ts';

type Layout = Pick<TableView<never>, 'columns' | 'wide'>;

/** The columns that the operator wants, in the order wanted. Those that do not fit are left out when they are placed. */
export function wantedColumns<Row>(all: readonly Column<Row>[], { columns, wide }: Layout): readonly Column<Row>[] {
  if (columns === null) return wide ? all : all.filter(({ extra }) => extra !== true);
  const chosen = columns.flatMap((id) => all.find((column) => column.id === id) ?? []);
  const others = wide ? all.filter(({ id }) => !columns.includes(id)) : [];
  return chosen.length === 0 ? all.filter(({ extra }) => extra !== true) : [...chosen, ...others];
}
