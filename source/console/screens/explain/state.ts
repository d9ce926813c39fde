import type { PolicyCandidate } from '../../../model/policy.ts';
import type { Router } from '../../../model/router.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START } from '../../state/list.ts';
import type { FilterField } from '../../../model/filter/fields.ts';
import { defineSlice } from '../../state/slice.ts';
import { defineListTable, type ListTable } from '../../tables/list-table.ts';
import { candidateColumns } from './columns.ts';
import { explainRoute } from '../routes.ts';

export interface Explained {
  readonly routerId: string;
  /** Null until it is read, and if there is none. */
  readonly router: Router | null;
  /** In rank order; null until they are read. */
  readonly candidates: readonly PolicyCandidate[] | null;
  /** When they were read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt to read them failed. */
  readonly failed: boolean;
}

export const notExplained = (routerId: string): Explained => ({
  routerId,
  router: null,
  candidates: null,
  readAt: null,
  failed: false,
});

export const explainedSlice = defineSlice<Explained>('explain', () => notExplained(''));
export const explainedListSlice = defineSlice('explain.list', () => LIST_START);

/** What the screen shows, even if a key comes before anything of it was read. */
export function shownExplained({ store, navigation }: ConsoleServices): Explained {
  const explained = store.get(explainedSlice);
  const entry = navigation.current();
  const id = entry === undefined ? undefined : explainRoute.params(entry)?.routerId;
  return id === undefined || id === explained.routerId ? explained : notExplained(id);
}

const NONE: readonly PolicyCandidate[] = [];

/** The policies as a table; its own order is the rank. */
export const explainTable: ListTable<PolicyCandidate> = defineListTable<PolicyCandidate>({
  id: 'explain',
  routeId: explainRoute.id,
  noun: ['policy', 'policies'],
  schema: {
    fields: new Map<string, FilterField<PolicyCandidate>>([
      ['outcome', { kind: 'text', read: ({ outcome }) => outcome, offered: true }],
      ['name', { kind: 'text', read: ({ policy }) => policy.name }],
      ['scope', { kind: 'text', read: ({ policy }) => (policy.shared ? 'shared' : 'own'), offered: true }],
      ['why', { kind: 'text', read: ({ reason }) => reason }],
      ['id', { kind: 'number', read: ({ policy }) => Number(policy.id) }],
      ['priority', { kind: 'number', read: ({ policy }) => policy.priority }],
    ]),
    words: ({ outcome, policy, reason }) => [outcome, policy.name, reason],
  },
  columns: () => candidateColumns,
  sorts: new Map<string, (row: PolicyCandidate) => string | number>([
    ['outcome', ({ outcome }) => outcome],
    ['policy', ({ policy }) => policy.name],
    ['priority', ({ policy }) => policy.priority],
  ]),
  rows: (services) => shownExplained(services).candidates ?? NONE,
  idOf: ({ policy }) => policy.id,
  list: explainedListSlice,
});

export function currentCandidate(services: ConsoleServices): PolicyCandidate | undefined {
  return explainTable.rowsShown(services)[services.store.get(explainedListSlice).cursor];
}
