import type { UpgradeStatus } from '../../../model/upgrade.ts';
import { progressOfUpgrades } from '../../../postgres/upgrade-progress.ts';
import { listUpgrades } from '../../../postgres/upgrades.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { watchWorkers } from '../../loaders/workers.ts';
import { pause } from '../../pause.ts';
import type { ConsoleServices } from '../../services.ts';
import { keepCurrent } from './selection.ts';
import { MOST_UPGRADES, progressSlice, upgradesSlice } from './state.ts';

/** Many upgrades that run at once write steps all the time: progress is read this often at most. */
const PROGRESS_REST_MS = 500;

/** Those whose steps say more than their status. */
const BEGUN: readonly UpgradeStatus[] = ['running', 'paused', 'failed', 'rolled_back'];

/** Keeps the list fresh: the upgrades, how far they are, and if there are workers. */
export async function loadUpgrades(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  const { store, context } = services;
  await Promise.all([
    keepFresh(services, 'the upgrades', ['upgrades'], signal, async () => {
      const upgrades = await listUpgrades(services.scope(), { limit: MOST_UPGRADES });
      if (signal.aborted) return;
      keepCurrent(services, () => store.set(upgradesSlice, { upgrades, loadedAt: context.now().getTime() }));
      await loadProgress(services, signal);
    }),
    keepFresh(services, 'the progress of upgrades', ['upgrade_steps'], signal, async () => {
      await loadProgress(services, signal);
      await pause(PROGRESS_REST_MS, signal);
    }),
    watchWorkers(services, signal),
  ]);
}

async function loadProgress(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  const { upgrades } = services.store.get(upgradesSlice);
  const begun = upgrades.filter(({ status, startedAt }) => BEGUN.includes(status) && startedAt !== null);
  const progress = await progressOfUpgrades(
    services.scope(),
    begun.map(({ id }) => id),
  );
  if (!signal.aborted) services.store.set(progressSlice, progress);
}
