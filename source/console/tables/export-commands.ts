import path from 'node:path';
import { fileExists, writeExportedFile, writtenPath } from '../../config/exported-file.ts';
import { cleanLine } from '../../model/text.ts';
import type { Command } from '../commands/command.ts';
import { formatCount } from '../format/numbers.ts';
import type { ConsoleServices } from '../services.ts';
import { cellText, exportText, type ExportFormat } from './export-text.ts';
import { wantedColumns } from './layout.ts';
import type { ConsoleTable } from './table.ts';

export function exportCommands<Row extends object>(
  table: ConsoleTable<Row>,
  base: Pick<Command, 'category' | 'scope'>,
): readonly Command[] {
  // Asked on every change, so it looks no further than the first row.
  const nothing = (services: ConsoleServices): string | null => {
    for (const _ of table.shown(services)) return null;
    return `There is no ${table.noun[0]} to take.`;
  };
  return [
    {
      ...base,
      id: `${table.id}.export`,
      title: 'export',
      description: 'Write what is seen, or the marked rows of it, to a CSV or JSON file',
      keys: ['E'],
      leavesConsole: true,
      disabledReason: nothing,
      run: (services) => askForFile(services, table),
    },
    {
      ...base,
      id: `${table.id}.copy`,
      title: 'copy',
      description: 'The first column of this row, or of the marked ones, into the clipboard of your terminal',
      keys: ['y'],
      disabledReason: nothing,
      run(services) {
        const [first] = wantedColumns(table.columns(services), services.store.get(table.view));
        const rows = markedRows(services, table) ?? currentRows(services, table);
        if (first === undefined || rows.length === 0) return;
        services.copy(rows.map((row) => cellText(first, row)).join('\n'));
      },
    },
    {
      ...base,
      id: `${table.id}.copy-table`,
      title: 'copy table',
      description: 'What is seen, or the marked rows of it, as CSV into the clipboard of your terminal',
      keys: ['Y'],
      disabledReason: nothing,
      run(services) {
        const { rows, columns } = seen(services, table);
        services.copy([...exportText('csv', columns, rows)].join(''));
      },
    },
  ];
}

function seen<Row extends object>(
  services: ConsoleServices,
  table: ConsoleTable<Row>,
): { readonly rows: readonly Row[]; readonly columns: ReturnType<typeof wantedColumns<Row>> } {
  return {
    rows: exportedRows(services, table),
    columns: wantedColumns(table.columns(services), services.store.get(table.view)),
  };
}

/** The marked rows that are shown, or without marks all that are shown; in the order shown. */
function exportedRows<Row extends object>(services: ConsoleServices, table: ConsoleTable<Row>): readonly Row[] {
  return markedRows(services, table) ?? [...table.shown(services)];
}

function markedRows<Row extends object>(services: ConsoleServices, table: ConsoleTable<Row>): readonly Row[] | null {
  const isMarked = table.isMarked?.(services) ?? null;
  return isMarked === null ? null : [...table.shown(services)].filter(isMarked);
}

function currentRows<Row extends object>(services: ConsoleServices, table: ConsoleTable<Row>): readonly Row[] {
  const row = table.current(services);
  return row === undefined ? [] : [row];
}

function askForFile<Row extends object>(services: ConsoleServices, table: ConsoleTable<Row>): void {
  const rows = exportedRows(services, table);
  const day = services.context.now().toISOString().slice(0, 10);
  const marked = (table.isMarked?.(services) ?? null) === null ? '' : 'marked ';
  services.dialogs.open({
    title: `Export ${formatCount(rows.length)} ${marked}${table.noun[rows.length === 1 ? 0 : 1]}`,
    lines: [
      `The columns that are chosen, in the order shown. .csv and .json; relative to ${cleanLine(process.cwd())}.`,
    ],
    input: { label: 'File', initial: `${table.id}-${day}.csv` },
    confirm: {
      title: 'write',
      disabledReason: ({ text }) => (formatOf(text) === null ? 'The name has to end in .csv or .json.' : null),
      run: ({ text }) => writeOrAsk(services, table, writtenPath(text.trim())),
    },
  });
}

/** Over another file only after a question. */
async function writeOrAsk<Row extends object>(
  services: ConsoleServices,
  table: ConsoleTable<Row>,
  file: string,
): Promise<void> {
  if (!(await fileExists(file))) {
    await write(services, table, file, false);
    return;
  }
  services.dialogs.open({
    title: `Overwrite ${cleanLine(path.basename(file))}?`,
    tone: 'warn',
    lines: [`${cleanLine(file)} is there already.`],
    confirm: { title: 'overwrite', run: () => write(services, table, file, true) },
  });
}

async function write<Row extends object>(
  services: ConsoleServices,
  table: ConsoleTable<Row>,
  file: string,
  overwrite: boolean,
): Promise<void> {
  const { rows, columns } = seen(services, table);
  await writeExportedFile(file, exportText(formatOf(file) ?? 'csv', columns, rows), { overwrite });
  services.notify('good', `${formatCount(rows.length)} ${table.noun[rows.length === 1 ? 0 : 1]} written to ${file}`);
}

function formatOf(file: string): ExportFormat | null {
  const ending = path.extname(file.trim()).toLowerCase();
  if (ending === '.csv') return 'csv';
  return ending === '.json' ? 'json' : null;
}
