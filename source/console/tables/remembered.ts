import { z } from 'zod';
import { readPreference } from '../context.ts';
import type { ConsoleServices } from '../services.ts';
import { defineSlice } from '../state/slice.ts';
import { type ConsoleTable, setFilter, setSort, type SortBy } from './table.ts';

const sortSchema = z.object({ id: z.string(), direction: z.enum(['ascending', 'descending']) });
const layoutSchema = z.object({ columns: z.array(z.string()).max(100).nullable(), wide: z.boolean() });
const filtersSchema = z.record(z.string(), z.string().max(1000));

/** Ids of the tables that look as they did last. */
const restoredSlice = defineSlice<ReadonlySet<string>>('tables.restored', () => new Set());

/** Brings back filter, order and columns as they were last; what no longer means anything is left out. */
export function restoreTable<Row extends object>(services: ConsoleServices, table: ConsoleTable<Row>): void {
  const { store, context } = services;
  if (store.get(restoredSlice).has(table.id)) return;
  store.update(restoredSlice, (done) => new Set([...done, table.id]));
  const { preferences } = context;
  const layout = readPreference(preferences, `${table.id}Columns`, layoutSchema, { columns: null, wide: false });
  store.update(table.view, (view) => ({ ...view, ...layout }));
  const sort = readPreference<SortBy | null>(preferences, `${table.id}Sort`, sortSchema, null);
  if (sort !== null && table.sorts.has(sort.id)) setSort(services, table, sort);
  const filter = filtersOf(services, table)[services.membership().slug];
  if (filter !== undefined && table.read(filter).ok) setFilter(services, table, filter);
}

export function rememberFilter<Row extends object>(services: ConsoleServices, table: ConsoleTable<Row>): void {
  const { store, context } = services;
  const { [services.membership().slug]: _, ...others } = filtersOf(services, table);
  const { filter } = store.get(table.view);
  context.preferences.set(
    `${table.id}Filter`,
    filter === '' ? others : { ...others, [services.membership().slug]: filter },
  );
}

export function rememberSort<Row extends object>({ store, context }: ConsoleServices, table: ConsoleTable<Row>): void {
  context.preferences.set(`${table.id}Sort`, store.get(table.view).sort);
}

export function rememberColumns<Row extends object>(
  { store, context }: ConsoleServices,
  table: ConsoleTable<Row>,
): void {
  const { columns, wide } = store.get(table.view);
  context.preferences.set(`${table.id}Columns`, { columns, wide });
}

/** By organization: the sites of one mean nothing to another. */
function filtersOf<Row extends object>(
  { context }: ConsoleServices,
  { id }: ConsoleTable<Row>,
): Readonly<Record<string, string>> {
  return readPreference(context.preferences, `${id}Filter`, filtersSchema, {});
}
