import type { Command } from '../commands/command.ts';
import type { ConsoleServices } from '../services.ts';
import { columnCommands } from './column-commands.ts';
import { exportCommands } from './export-commands.ts';
import { writeFilter } from './filter-prompt.ts';
import { tableHandle } from './handle.ts';
import { rememberFilter } from './remembered.ts';
import { sortCommands } from './sort-commands.ts';
import { type ConsoleTable, setFilter } from './table.ts';

export interface TableCommandsOptions {
  /** Place of the filter in the footer; the order comes after it. Default: after what a screen is for. */
  readonly hint?: number;
  /** What Esc takes away after the filter. */
  readonly clear?: {
    readonly when: (services: ConsoleServices) => boolean;
    readonly run: (services: ConsoleServices) => void;
  };
}

/** The commands of a table: the same keys on every screen. */
export function tableCommands<Row extends object>(
  table: ConsoleTable<Row>,
  { clear, hint = 20 }: TableCommandsOptions = {},
): readonly Command[] {
  const base = { category: 'Show', scope: [table.routeId] } as const;
  const filtered = ({ store }: ConsoleServices): boolean => store.get(table.view).filter !== '';
  return [
    {
      ...base,
      id: `${table.id}.filter`,
      title: 'filter',
      description: filterHelp(table),
      keys: ['/'],
      hint,
      run: (services) => writeFilter(services, table),
    },
    {
      ...base,
      id: `${table.id}.clear`,
      title: 'clear',
      description: clear === undefined ? 'Take the filter away' : 'Take the filter away; without one, the marks',
      keys: ['esc'],
      hint: hint + 3,
      when: (services) => filtered(services) || clear?.when(services) === true,
      run(services) {
        if (!filtered(services)) clear?.run(services);
        else {
          setFilter(services, table, '');
          rememberFilter(services, table);
        }
      },
    },
    ...sortCommands(table, base, hint + 1),
    ...columnCommands(tableHandle(table), base),
    ...exportCommands(table, base),
  ];
}

/** `Words, site=, cpu>, version<; ~regex, 'fuzzy; ! turns around`, with the fields of the table. */
function filterHelp<Row extends object>({ schema }: ConsoleTable<Row>): string {
  const fields = [...schema.fields].map(([name, { kind }]) => (kind === 'text' ? `${name}=` : `${name}<`));
  return `Words, ~regex, 'fuzzy, "with blanks", ${fields.join(', ')}; ! turns a term around`;
}
