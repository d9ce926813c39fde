import { completeFilter } from '../../model/filter/complete.ts';
import { fieldOf } from '../../model/filter/fields.ts';
import { cleanLine } from '../../model/text.ts';
import type { ConsoleServices } from '../services.ts';
import { openPrompt } from '../state/prompt.ts';
import { rememberFilter } from './remembered.ts';
import { type ConsoleTable, setFilter } from './table.ts';

/** Values of a field that are looked for at most. */
const MOST_VALUES = 500;

/** Opens the filter of a table for writing: the rows follow every key. */
export function writeFilter<Row extends object>(services: ConsoleServices, table: ConsoleTable<Row>): void {
  const { store } = services;
  const keep = (text: string): void => {
    const fault = setFilter(services, table, text);
    if (fault === null) rememberFilter(services, table);
  };
  const values = offeredValues(services, table);
  openPrompt(store, {
    label: '/',
    initial: store.get(table.view).filter,
    title: 'keep',
    cancelTitle: 'clear',
    change: (text) => setFilter(services, table, text),
    complete: (before) => completeFilter(table.schema, before, values),
    submit(text) {
      const fault = setFilter(services, table, text);
      if (fault === null) rememberFilter(services, table);
      return fault;
    },
    cancel: () => keep(''),
  });
}

/** The values that each field has in the rows, looked up once while a line is written. */
export function offeredValues<Row extends object>(
  services: ConsoleServices,
  table: ConsoleTable<Row>,
): (name: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (name) => {
    const found = known.get(name) ?? valuesOf(services, table, name);
    known.set(name, found);
    return found;
  };
}

function valuesOf<Row extends object>(
  services: ConsoleServices,
  table: ConsoleTable<Row>,
  name: string,
): readonly string[] {
  const field = fieldOf(table.schema, name);
  if (field?.kind !== 'text') return [];
  const values = new Set<string>();
  for (const row of table.all(services)) {
    const value = field.read(row);
    if (value !== null && value !== '') values.add(value);
    if (values.size >= MOST_VALUES) break;
  }
  return [...values].map((value) => cleanLine(value));
}
