import { OPEN_STATUSES, type Upgrade, type UpgradeStatus } from '../../../model/upgrade.ts';
import type { UpgradePlan } from '../../../model/upgrade-plan.ts';
import type { LoadedUpgrades, ProgressById } from '../../loaders/upgrade-rows.ts';
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

export const upgradesSlice = defineSlice<LoadedUpgrades>('upgrades', () => ({ upgrades: [], loadedAt: null }));
/** How far those are that were begun and are not done, by id. */
export const progressSlice = defineSlice<ProgressById>('upgrades.progress', () => new Map());
/** Plans that are not done, by id. */
export const openPlansSlice = defineSlice<ReadonlyMap<string, UpgradePlan>>('upgrades.plans', () => new Map());
export const upgradesViewSlice = defineSlice<UpgradeView>('upgrades.view', () => 'open');
export const upgradesListSlice = defineSlice('upgrades.list', () => LIST_START);

/** The most that are read: older ones are in the history of their router. */
export const MOST_UPGRADES = 2000;
export const MOST_PLANS = 100;

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
  const views = known.get(upgrades) ?? new Map<UpgradeView, readonly Upgrade[]>();
  known.set(upgrades, views);
  const found = views.get(view);
  if (found !== undefined) return found;
  const statuses = statusesOf(view);
  const own = statuses === null ? upgrades : upgrades.filter(({ status }) => statuses.includes(status));
  const rows = own.toSorted((a, b) => rank(a.status) - rank(b.status));
  views.set(view, rows);
  return rows;
}

/** Every key and every frame asks for these lists many times over, and they may be long. */
const known = new WeakMap<readonly Upgrade[], Map<UpgradeView, readonly Upgrade[]>>();

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
  columns: ({ store }) =>
    upgradeColumns[store.get(zoneSlice)][store.get(openPlansSlice).size === 0 ? 'plain' : 'withWaves'],
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
  const kept = rowsKnown.get(upgrades);
  const rows = kept?.progress === progress ? kept.rows : new Map<UpgradeView, readonly UpgradeRow[]>();
  const found =
    rows.get(view) ??
    upgradesIn(upgrades, view).map((upgrade) => ({ ...upgrade, progress: progress.get(upgrade.id) ?? null }));
  rowsKnown.set(upgrades, { progress, rows: rows.set(view, found) });
  return found;
}
