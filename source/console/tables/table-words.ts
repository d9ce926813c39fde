import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import type { FilterFault } from '../../model/filter/terms.ts';
import { completeFrom, type Word } from '../command-line/word.ts';
import { readPreference } from '../context.ts';
import type { ConsoleServices } from '../services.ts';
import type { ScreenEntry } from '../state/route.ts';
import { type TableHandle, tableLookSchema } from './handle.ts';

const VIEWS = 'views';
const MOST_VIEWS = 200;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$/u;

const viewSchema = tableLookSchema.extend({ table: z.string() });
const viewsSchema = z.record(z.string(), viewSchema);

type Views = z.infer<typeof viewsSchema>;

/** A table with the way to its screen; null where its screen needs to know more than the name. */
export interface KnownTable {
  readonly handle: TableHandle;
  readonly entries: (() => readonly ScreenEntry[]) | null;
}

/** The words of the command line that arrange the table of the screen. */
export function tableWords(tables: readonly KnownTable[]): readonly Word[] {
  const here = (services: ConsoleServices): TableHandle | undefined =>
    tables.find(({ handle }) => handle.routeId === services.navigation.current()?.routeId)?.handle;
  const onTable = (
    services: ConsoleServices,
    run: (table: TableHandle) => FilterFault | null | void,
  ): FilterFault | null => {
    const table = here(services);
    return table === undefined ? { at: 0, text: 'there is no table on this screen' } : (run(table) ?? null);
  };
  return [
    {
      name: 'filter',
      operands: '[FILTER]',
      purpose: 'filter the table; without a filter, show all',
      complete: (services, before) => here(services)?.complete(services, before) ?? { from: 0, candidates: [] },
      run: (services, text) => onTable(services, (table) => table.setFilter(services, text)),
    },
    {
      name: 'sort',
      operands: 'COLUMN [down]',
      purpose: 'sort the table by a column',
      complete: (services, before) => completeFrom(before, here(services)?.sortable ?? []),
      run: (services, text) =>
        onTable(services, (table) => {
          const [id = '', way = 'up'] = text.split(/\s+/u);
          if (!table.sortable.includes(id)) return { at: 0, text: `it can be sorted by ${table.sortable.join(', ')}` };
          if (way !== 'up' && way !== 'down') return { at: text.indexOf(way), text: 'after the column: up or down' };
          table.setSort(services, { id, direction: way === 'up' ? 'ascending' : 'descending' });
          return null;
        }),
    },
    {
      name: 'columns',
      operands: '[COLUMN,...]',
      purpose: 'the columns of the table, in this order; without any, as at first',
      complete(services, before) {
        const from = before.lastIndexOf(',') + 1;
        const found = completeFrom(
          before.slice(from),
          here(services)
            ?.columns(services)
            .map(({ id }) => id) ?? [],
        );
        return { from, candidates: found.candidates };
      },
      run: (services, text) => onTable(services, (table) => setColumns(services, table, text)),
    },
    {
      name: 'save',
      operands: 'NAME',
      purpose: 'keep filter, order and columns of the table as a view',
      complete: (services, before) => completeFrom(before, Object.keys(viewsOf(services))),
      run: (services, name) => onTable(services, (table) => saveView(services, table, name)),
    },
    {
      name: 'view',
      operands: 'NAME',
      purpose: 'show a view that was saved',
      complete: (services, before) => completeFrom(before, Object.keys(viewsOf(services))),
      run: (services, name) => showView(services, tables, name),
    },
    {
      name: 'forget',
      operands: 'NAME',
      purpose: 'forget a view',
      complete: (services, before) => completeFrom(before, Object.keys(viewsOf(services))),
      run(services, name) {
        const { [name]: found, ...others } = viewsOf(services);
        if (found === undefined) return unknownView(services, name);
        services.context.preferences.set(VIEWS, others);
        services.notify('good', `The view ${name} is forgotten.`);
        return null;
      },
    },
  ];
}

function setColumns(services: ConsoleServices, table: TableHandle, text: string): FilterFault | null {
  if (text === '') {
    table.setColumns(services, null, false);
    return null;
  }
  const known = table.columns(services).map(({ id }) => id);
  const wanted = text.split(/[,\s]+/u).filter((id) => id !== '');
  const wrong = wanted.find((id) => !known.includes(id));
  if (wrong !== undefined)
    return { at: text.indexOf(wrong), text: `there is no column ${wrong}; there are ${known.join(', ')}` };
  table.setColumns(services, [...new Set(wanted)], false);
  return null;
}

function saveView(services: ConsoleServices, table: TableHandle, name: string): FilterFault | null {
  if (!NAME.test(name))
    return { at: 0, text: 'a name must follow: up to 40 letters, digits, dots, hyphens and underscores' };
  const views = viewsOf(services);
  if (!Object.hasOwn(views, name) && Object.keys(views).length >= MOST_VIEWS)
    return { at: 0, text: `there are ${MOST_VIEWS} views already; :forget NAME makes room` };
  services.context.preferences.set(VIEWS, { ...views, [name]: { table: table.id, ...table.look(services) } });
  services.notify('good', `The view ${name} is saved: :view ${name} shows it.`);
  return null;
}

function showView(services: ConsoleServices, tables: readonly KnownTable[], name: string): FilterFault | null {
  const views = viewsOf(services);
  const view = Object.hasOwn(views, name) ? views[name] : undefined;
  const known = tables.find(({ handle }) => handle.id === view?.table);
  if (view === undefined || known === undefined) return unknownView(services, name);
  const { handle, entries } = known;
  if (services.navigation.current()?.routeId !== handle.routeId) {
    if (entries === null) return { at: 0, text: `${name} is a view of the screen ${handle.routeId}: go there first` };
    services.navigation.go(entries());
  }
  const fault = handle.setLook(services, view);
  return fault === null ? null : { at: 0, text: `the filter of ${name} no longer means anything: ${fault.text}` };
}

function unknownView(services: ConsoleServices, name: string): FilterFault {
  const names = Object.keys(viewsOf(services));
  if (names.length === 0) return { at: 0, text: 'no view is saved yet: :save NAME keeps what the table shows' };
  return {
    at: 0,
    text:
      name === ''
        ? `a name must follow: ${names.join(', ')}`
        : `there is no view ${name}; the nearest is ${closest(name, names)}`,
  };
}

/** A view that is spoilt is left out; the others stay. */
function viewsOf({ context }: ConsoleServices): Views {
  const found = readPreference(context.preferences, VIEWS, z.record(z.string(), z.unknown()), {});
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, value]) => {
      const view = viewSchema.safeParse(value);
      return view.success && NAME.test(name) ? [[name, view.data]] : [];
    }),
  );
}
