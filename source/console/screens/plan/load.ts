import { keepUpgradeRows } from '../../loaders/upgrade-rows.ts';
import { watchPlan } from '../../loaders/plan.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START } from '../../state/list.ts';
import { keepCurrent } from './selection.ts';
import { MOST_UPGRADES, planListSlice, planProgressSlice, planShownSlice, planUpgradesSlice } from './state.ts';

/** Keeps the plan and its upgrades fresh. */
export async function loadPlan(
  services: ConsoleServices,
  { upgradeId, batchId }: { readonly upgradeId: string; readonly batchId: string },
  signal: AbortSignal,
): Promise<void> {
  const { store } = services;
  // What another plan left must not be shown under this one's name, not even for a moment.
  if (store.get(planShownSlice) !== batchId) {
    store.set(planShownSlice, batchId);
    store.set(planUpgradesSlice, { upgrades: [], loadedAt: null });
    store.set(planProgressSlice, new Map());
    store.set(planListSlice, LIST_START);
  }
  const filter = { batchId, limit: MOST_UPGRADES };
  await Promise.all([
    watchPlan(services, upgradeId, signal),
    keepUpgradeRows(
      services,
      { filter, upgrades: planUpgradesSlice, progress: planProgressSlice, keepCurrent },
      signal,
    ),
  ]);
}
