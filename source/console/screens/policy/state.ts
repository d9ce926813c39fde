import type { Policy } from '../../../model/policy.ts';
import { fleetOf } from '../../loaders/fleet.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START } from '../../state/list.ts';
import { defineSlice } from '../../state/slice.ts';
import { defineListTable, type ListTable } from '../../tables/list-table.ts';
import { type PolicyRouterRow, policyRouterColumns } from './columns.ts';
import { policyRouterSchema, policyRouterSorts } from './filter.ts';
import { policyRoute } from '../routes.ts';

export interface LoadedPolicy {
  readonly policyId: string;
  /** Null until it is read, and if there is none. */
  readonly policy: Policy | null;
  /** Ids of its routers, by host name; null until they are read. */
  readonly routerIds: readonly string[] | null;
  readonly state: 'reading' | 'here' | 'missing';
  /** When it was read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt to read it failed. */
  readonly failed: boolean;
}

export const noPolicy = (policyId: string): LoadedPolicy => ({
  policyId,
  policy: null,
  routerIds: null,
  state: 'reading',
  readAt: null,
  failed: false,
});

export const policySlice = defineSlice<LoadedPolicy>('policy', () => noPolicy(''));
export const policyListSlice = defineSlice('policy.list', () => LIST_START);

/** The policy that the screen shows, even if a key comes before anything of it was read. */
export function shownPolicy({ store, navigation }: ConsoleServices): LoadedPolicy {
  const loaded = store.get(policySlice);
  const entry = navigation.current();
  const id = entry === undefined ? undefined : policyRoute.params(entry)?.policyId;
  return id === undefined || id === loaded.policyId ? loaded : noPolicy(id);
}

/** Its routers as a table. What is filtered and sorted by is what the fleet knows of them. */
export const policyTable: ListTable<PolicyRouterRow> = defineListTable<PolicyRouterRow>({
  id: 'policy',
  routeId: policyRoute.id,
  noun: ['router', 'routers'],
  schema: policyRouterSchema,
  columns: () => policyRouterColumns,
  sorts: policyRouterSorts,
  rows: policyRouterRows,
  idOf: ({ id }) => id,
  list: policyListSlice,
});

const NONE: readonly PolicyRouterRow[] = [];
const rowsKnown = new WeakMap<
  readonly string[],
  { readonly size: number; readonly rows: readonly PolicyRouterRow[] }
>();

function policyRouterRows(services: ConsoleServices): readonly PolicyRouterRow[] {
  const { routerIds } = shownPolicy(services);
  if (routerIds === null) return NONE;
  const fleet = fleetOf(services).rows;
  const known = rowsKnown.get(routerIds);
  // While the fleet is read, more and more of them are known.
  if (known?.size === fleet.size) return known.rows;
  const rows = routerIds.map((id) => ({ id, router: fleet.get(id)?.router }));
  rowsKnown.set(routerIds, { size: fleet.size, rows });
  return rows;
}
