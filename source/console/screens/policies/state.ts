import type { PolicyWithCount } from '../../../model/policy.ts';
import type { ConsoleServices } from '../../services.ts';
import { follow, LIST_START } from '../../state/list.ts';
import { defineSlice } from '../../state/slice.ts';
import { defineListTable, type ListTable } from '../../tables/list-table.ts';
import { policiesRoute } from '../routes.ts';
import { policyColumns } from './columns.ts';
import { policyFilterSchema, policySorts } from './filter.ts';

export interface LoadedPolicies {
  /** The organization's policies and the shared ones, in rank order; null until they are read. */
  readonly policies: readonly PolicyWithCount[] | null;
  /** When they were read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt to read them failed. */
  readonly failed: boolean;
}

export const policiesSlice = defineSlice<LoadedPolicies>('policies', () => ({
  policies: null,
  readAt: null,
  failed: false,
}));
export const policiesListSlice = defineSlice('policies.list', () => LIST_START);

const NONE: readonly PolicyWithCount[] = [];

/** The list as a table; its own order is the rank. */
export const policiesTable: ListTable<PolicyWithCount> = defineListTable<PolicyWithCount>({
  id: 'policies',
  routeId: policiesRoute.id,
  noun: ['policy', 'policies'],
  schema: policyFilterSchema,
  columns: () => policyColumns,
  sorts: policySorts,
  rows: ({ store }) => store.get(policiesSlice).policies ?? NONE,
  idOf: ({ id }) => id,
  list: policiesListSlice,
});

/** Lines above the rows: the note, the head. */
const HEAD_LINES = 2;

/** Rows that fit. */
export function policiesInSight(services: ConsoleServices): number {
  return services.body().rows - HEAD_LINES;
}

export function currentPolicy(services: ConsoleServices): PolicyWithCount | undefined {
  return policiesTable.rowsShown(services)[services.store.get(policiesListSlice).cursor];
}

/** Takes in what was read and stays on the same policy, whatever its rank is now. */
export function setPolicies(services: ConsoleServices, policies: readonly PolicyWithCount[]): void {
  const { store, context } = services;
  const before = currentPolicy(services);
  store.set(policiesSlice, { policies, readAt: context.now().getTime(), failed: false });
  const rows = policiesTable.rowsShown(services);
  const position = rows.findIndex(({ id }) => id === before?.id);
  store.update(policiesListSlice, (list) =>
    follow(list, position < 0 ? list.cursor : position, rows.length, policiesInSight(services)),
  );
}
