import { keepFresh } from '../../loaders/keep-fresh.ts';
import { keepUpgradeRows } from '../../loaders/upgrade-rows.ts';
import { watchWorkers } from '../../loaders/workers.ts';
import { pause } from '../../pause.ts';
import { listOpenPlans } from '../../../postgres/upgrade-plans.ts';
import type { ConsoleServices } from '../../services.ts';
import { keepCurrent } from './selection.ts';
import { MOST_PLANS, MOST_UPGRADES, openPlansSlice, progressSlice, upgradesSlice } from './state.ts';

/** The upgrades of plans are counted this often at most. */
const PLANS_REST_MS = 1000;

/** Keeps the list fresh: the upgrades, how far they and their plans are, and if there are workers. */
export async function loadUpgrades(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  const list = { filter: { limit: MOST_UPGRADES }, upgrades: upgradesSlice, progress: progressSlice, keepCurrent };
  await Promise.all([
    keepUpgradeRows(services, list, signal),
    keepFresh(services, 'the plans', ['upgrades', 'upgrade_plans'], signal, async () => {
      const plans = await listOpenPlans(services.scope(), MOST_PLANS);
      if (signal.aborted) return;
      keepCurrent(services, () => services.store.set(openPlansSlice, new Map(plans.map((plan) => [plan.id, plan]))));
      await pause(PLANS_REST_MS, signal);
    }),
    watchWorkers(services, signal),
  ]);
}
