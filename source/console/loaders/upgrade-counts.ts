import { countUpgrades } from '../../postgres/upgrades.ts';
import type { UpgradeStatus } from '../../model/upgrade.ts';
import type { Loader } from '../application.ts';
import { pause } from '../pause.ts';
import { defineSlice } from '../state/slice.ts';
import { keepFresh } from './keep-fresh.ts';

/** Upgrades by status; null until they are counted. */
export const upgradeCountsSlice = defineSlice<Readonly<Record<UpgradeStatus, number>> | null>(
  'upgrade counts',
  () => null,
);

/** Many upgrades that run at once change all the time: they are counted this often at most. */
const REST_MS = 500;

export const upgradeCounts: Loader = {
  id: 'upgrade counts',
  start: (services, signal) =>
    keepFresh(services, 'the counts of upgrades', ['upgrades'], signal, async () => {
      const counts = await countUpgrades(services.scope());
      if (!signal.aborted)
        services.store.set<Readonly<Record<UpgradeStatus, number>> | null>(upgradeCountsSlice, counts);
      await pause(REST_MS, signal);
    }),
};
