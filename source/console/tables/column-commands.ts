import type { Command } from '../commands/command.ts';
import type { ConsoleServices } from '../services.ts';
import type { DialogSpec } from '../state/dialogs.ts';
import type { ColumnChoice, TableHandle } from './handle.ts';

export function columnCommands(table: TableHandle, base: Pick<Command, 'category' | 'scope'>): readonly Command[] {
  return [
    {
      ...base,
      id: `${table.id}.columns`,
      title: 'columns',
      description: 'Choose columns and their order; they are remembered',
      keys: ['c'],
      run: (services) => services.dialogs.open(chooser(services, table, table.columns(services), 0)),
    },
    {
      ...base,
      id: `${table.id}.wide`,
      title: 'wide',
      description: 'All columns there are, as far as there is room, or those of before',
      keys: ['W'],
      run(services) {
        const { columns, wide } = table.look(services);
        table.setColumns(services, columns, !wide);
      },
    },
  ];
}

/** Space shows or hides the column, J and K move it, `=` brings the first choice back. Each opens the dialog anew. */
function chooser(
  services: ConsoleServices,
  table: TableHandle,
  columns: readonly ColumnChoice[],
  at: number,
): DialogSpec {
  const shown = columns.filter((column) => column.shown);
  const turned = (index: number): readonly ColumnChoice[] =>
    columns.map((column, each) => (each === index ? { ...column, shown: !column.shown } : column));
  const moved = (index: number, by: number): DialogSpec => {
    const to = Math.max(0, Math.min(columns.length - 1, index + by));
    const [column] = columns.slice(index, index + 1);
    if (column === undefined) return chooser(services, table, columns, index);
    return chooser(services, table, columns.toSpliced(index, 1).toSpliced(to, 0, column), to);
  };
  return {
    title: 'Columns',
    lines: [
      'space shows or hides, J and K move, = begins anew. In a narrow terminal those that matter least give way.',
    ],
    choices: columns.map((column) => `${column.shown ? '✔' : ' '} ${column.title}`),
    initialChoice: at,
    keys: {
      space: ({ choice }) => chooser(services, table, turned(choice), choice),
      J: ({ choice }) => moved(choice, 1),
      K: ({ choice }) => moved(choice, -1),
      '='() {
        table.setColumns(services, null, false);
        return chooser(services, table, table.columns(services), 0);
      },
    },
    confirm: {
      title: 'use',
      disabledReason: () => (shown.length === 0 ? 'At least one column has to stay.' : null),
      run: () =>
        table.setColumns(
          services,
          shown.map(({ id }) => id),
          false,
        ),
    },
  };
}
