import type { Upgrade, UpgradeStatus } from '../../model/upgrade.ts';
import { progressOfUpgrades, type UpgradeProgress } from '../../postgres/upgrade-progress.ts';
import { listUpgrades, type UpgradeFilter } from '../../postgres/upgrades.ts';
import { pause } from '../pause.ts';
import type { ConsoleServices } from '../services.ts';
import type { Slice } from '../state/slice.ts';
import { keepRowsFresh, type WantedRows } from './keep-rows-fresh.ts';

/** Upgrades as they were read. */
export interface LoadedUpgrades {
  /** Newest first. */
  readonly upgrades: readonly Upgrade[];
  /** When they were read, milliseconds since the epoch; null before the first time. */
  readonly loadedAt: number | null;
}

/** How far upgrades are that were begun and are not done, by id. */
export type ProgressById = ReadonlyMap<string, UpgradeProgress>;

/** A list of upgrades on a screen, kept fresh row by row. */
export interface UpgradeRows {
  readonly filter: UpgradeFilter & { readonly limit: number };
  readonly upgrades: Slice<LoadedUpgrades>;
  readonly progress: Slice<ProgressById>;
  /** Around a change of the rows: stays on the same one. */
  readonly keepCurrent: (services: ConsoleServices, change: () => void) => void;
}

/** Thousands of upgrades that run at once change all the time: what changed is read this often at most. */
const REST_MS = 500;

/** Those whose steps say more than their status. */
const BEGUN: readonly UpgradeStatus[] = ['running', 'paused', 'failed', 'rolled_back'];

/** Keeps the upgrades, and how far they are, fresh until the signal aborts: all at first, then those that changed. */
export async function keepUpgradeRows(
  services: ConsoleServices,
  list: UpgradeRows,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all([
    keepRowsFresh(services, 'the upgrades', 'upgrades', signal, async (wanted) => {
      await loadUpgrades(services, list, wanted, signal);
      await loadProgress(services, list, wanted, signal);
      await pause(REST_MS, signal);
    }),
    keepRowsFresh(services, 'the progress of upgrades', 'upgrade_steps', signal, async (wanted) => {
      await loadProgress(services, list, wanted, signal);
      await pause(REST_MS, signal);
    }),
  ]);
}

async function loadUpgrades(
  services: ConsoleServices,
  { filter, upgrades, keepCurrent }: UpgradeRows,
  wanted: WantedRows,
  signal: AbortSignal,
): Promise<void> {
  const { store, context } = services;
  const read = await listUpgrades(services.scope(), wanted === 'all' ? filter : { ...filter, ids: [...wanted] });
  if (signal.aborted || (wanted !== 'all' && read.length === 0)) return;
  const { upgrades: before } = store.get(upgrades);
  const after = wanted === 'all' ? read : withRows(before, read).slice(0, filter.limit);
  keepCurrent(services, () => store.set(upgrades, { upgrades: after, loadedAt: context.now().getTime() }));
}

/** The list with the rows that changed in their places, and with those that are new to it in theirs. */
function withRows(before: readonly Upgrade[], changed: readonly Upgrade[]): readonly Upgrade[] {
  const byId = new Map(changed.map((upgrade) => [upgrade.id, upgrade]));
  const known = before.map((upgrade) => {
    const now = byId.get(upgrade.id) ?? upgrade;
    byId.delete(upgrade.id);
    return now;
  });
  if (byId.size === 0) return known;
  return [...byId.values(), ...known].toSorted(
    (a, b) => b.requestedAt.getTime() - a.requestedAt.getTime() || Number(b.id) - Number(a.id),
  );
}

async function loadProgress(
  services: ConsoleServices,
  list: UpgradeRows,
  wanted: WantedRows,
  signal: AbortSignal,
): Promise<void> {
  const { store } = services;
  const begun = store
    .get(list.upgrades)
    .upgrades.filter(({ status, startedAt }) => BEGUN.includes(status) && startedAt !== null)
    .map(({ id }) => id);
  const ids = wanted === 'all' ? begun : begun.filter((id) => wanted.has(id));
  if (wanted !== 'all' && ids.length === 0) return;
  const read = await progressOfUpgrades(services.scope(), ids);
  if (signal.aborted) return;
  store.update(list.progress, (before) => (wanted === 'all' ? read : new Map([...before, ...read])));
}
