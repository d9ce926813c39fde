import type { Command } from '../commands/command.ts';
import type { ConsoleServices } from '../services.ts';
import { wantedColumns } from './layout.ts';
import { rememberSort } from './remembered.ts';
import { type ConsoleTable, setSort, type SortBy } from './table.ts';

export function sortCommands<Row extends object>(
  table: ConsoleTable<Row>,
  base: Pick<Command, 'category' | 'scope'>,
  hint: number,
): readonly Command[] {
  return [
    {
      ...base,
      id: `${table.id}.sort`,
      title: 'sort',
      description: 'Choose the column to sort by; the same one again turns it around',
      keys: ['s'],
      hint,
      run: (services) => chooseSort(services, table),
    },
    {
      ...base,
      id: `${table.id}.sort-next`,
      title: 'sort by next column',
      keys: ['>'],
      run: (services) => turnSort(services, table, 1),
    },
    {
      ...base,
      id: `${table.id}.sort-previous`,
      title: 'sort by column before',
      keys: ['<'],
      run: (services) => turnSort(services, table, -1),
    },
    {
      ...base,
      id: `${table.id}.sort-invert`,
      title: 'turn the order around',
      keys: ['I'],
      disabledReason: ({ store }) =>
        store.get(table.view).sort === null ? 'No column is sorted by: s chooses one.' : null,
      run(services) {
        const { sort } = services.store.get(table.view);
        if (sort !== null) sortBy(services, table, sort.id);
      },
    },
  ];
}

/** By another column in its own direction first; the same column again turns the order around. Null: the table's own order. */
export function sortBy<Row extends object>(
  services: ConsoleServices,
  table: ConsoleTable<Row>,
  id: string | null,
): void {
  setSort(services, table, id === null ? (table.ownSort ?? null) : nextSort(services, table, id));
  rememberSort(services, table);
}

function nextSort<Row extends object>({ store }: ConsoleServices, table: ConsoleTable<Row>, id: string): SortBy {
  const { sort } = store.get(table.view);
  if (sort?.id === id) return { id, direction: sort.direction === 'ascending' ? 'descending' : 'ascending' };
  return { id, direction: table.firstDirection?.(id) ?? 'ascending' };
}

/** The columns in sight that can be sorted by, with their titles; first the table's own order, where it has one of no column. */
function choices<Row extends object>(
  services: ConsoleServices,
  table: ConsoleTable<Row>,
): readonly { readonly id: string | null; readonly title: string }[] {
  const columns = wantedColumns(table.columns(services), services.store.get(table.view));
  const own = table.ownSort === undefined ? [{ id: null, title: 'own order' }] : [];
  return [...own, ...columns.filter(({ id }) => table.sorts.has(id))];
}

function turnSort<Row extends object>(services: ConsoleServices, table: ConsoleTable<Row>, by: number): void {
  const all = choices(services, table);
  const current = services.store.get(table.view).sort?.id ?? null;
  const at = all.findIndex(({ id }) => id === current);
  const next = all[(at + by + all.length) % all.length];
  if (next !== undefined) sortBy(services, table, next.id);
}

function chooseSort<Row extends object>(services: ConsoleServices, table: ConsoleTable<Row>): void {
  const { sort } = services.store.get(table.view);
  const all = choices(services, table);
  services.dialogs.open({
    title: 'Sort by',
    choices: all.map(({ id, title }) =>
      id === (sort?.id ?? null) && sort !== null ? `${title} (${sort.direction})` : title,
    ),
    initialChoice: Math.max(
      0,
      all.findIndex(({ id }) => id === (sort?.id ?? null)),
    ),
    confirm: {
      title: 'sort',
      run({ choice }) {
        const column = all[choice];
        if (column !== undefined) sortBy(services, table, column.id);
      },
    },
  });
}
