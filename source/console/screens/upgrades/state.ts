import { OPEN_STATUSES, type Upgrade, type UpgradeStatus } from '../../../model/upgrade.ts';
import type { UpgradeProgress } from '../../../postgres/upgrade-progress.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START } from '../../state/list.ts';
import { zoneSlice } from '../../state/session.ts';
import { defineSlice } from '../../state/slice.ts';
import { defineListTable, type ListTable } from '../../tables/list-table.ts';
import { upgradesRoute } from '../routes.ts';
import { type UpgradeRow, upgradeColumns } from './columns.ts';
import { upgradeFilterSchema, upgradeSorts } from './filter.ts';

/** Which upgrades the list shows. */
export const UPGRADE_VIEWS = ['open', 'waiting', 'approved', 'over', 'all'] as const;

export type UpgradeView = (typeof UPGRADE_VIEWS)[number];

export interface LoadedUpgrades {
  readonly upgrades: readonly Upgrade[];
  /** When they were read, milliseconds since the epoch; null before the first time. */
  readonly loadedAt: number | null;
}

export const upgradesSlice = defineSlice<LoadedUpgrades>('upgrades', () => ({ upgrades: [], loadedAt: null }));
/** How far those are that were begun and are not done, by id. */
export const progressSlice = defineSlice<ReadonlyMap<string, UpgradeProgress>>('upgrades.progress', () => new Map());
export const upgradesViewSlice = defineSlice<UpgradeView>('upgrades.view', () => 'open');
export const upgradesListSlice = defineSlice('upgrades.list', () => LIST_START);

/** The most that are read: older ones are in the history of their router. */
export const MOST_UPGRADES = 2000;

/** The statuses of a view. */
function statusesOf(view: UpgradeView): readonly UpgradeStatus[] | null {
  if (view === 'all') return null;
  if (view === 'open') return OPEN_STATUSES;
  if (view === 'waiting') return ['pending'];
  if (view === 'approved') return ['approved', 'scheduled'];
  return ['success', 'failed', 'rolled_back', 'cancelled', 'rejected'];
}

/** The upgrades of a view: those that run first, then those that are held, then the others in their order. */
export function upgradesIn(upgrades: readonly Upgrade[], view: UpgradeView): readonly Upgrade[] {
  const statuses = statusesOf(view);
  const own = statuses === null ? upgrades : upgrades.filter(({ status }) => statuses.includes(status));
  return own.toSorted((a, b) => rank(a.status) - rank(b.status));
}

function rank(status: UpgradeStatus): number {
  if (status === 'running') return 0;
  return status === 'paused' ? 1 : 2;
}

/** The list as a table. */
export const upgradesTable: ListTable<UpgradeRow> = defineListTable<UpgradeRow>({
  id: 'upgrades',
  routeId: upgradesRoute.id,
  noun: ['upgrade', 'upgrades'],
  schema: upgradeFilterSchema,
  columns: ({ store }) => upgradeColumns[store.get(zoneSlice)],
  sorts: upgradeSorts,
  rows: rowsOfView,
  idOf: ({ id }) => id,
  list: upgradesListSlice,
});

const rowsKnown = new WeakMap<
  readonly Upgrade[],
  { progress: unknown; rows: Map<UpgradeView, readonly UpgradeRow[]> }
>();

function rowsOfView({ store }: ConsoleServices): readonly UpgradeRow[] {
  const { upgrades } = store.get(upgradesSlice);
  const progress = store.get(progressSlice);
  const view = store.get(upgradesViewSlice);
  const known = rowsKnown.get(upgrades);
  const rows = known?.progress === progress ? known.rows : new Map<UpgradeView, readonly UpgradeRow[]>();
  const found =
    rows.get(view) ??
    upgradesIn(upgrades, view).map((upgrade) => ({ ...upgrade, progress: progress.get(upgrade.id) ?? null }));
  rowsKnown.set(upgrades, { progress, rows: rows.set(view, found) });
  return found;
}
