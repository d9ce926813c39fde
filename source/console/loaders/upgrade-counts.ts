import { countUpgrades } from '../../postgres/upgrades.ts';
import type { UpgradeStatus } from '../../model/upgrade.ts';
import type { Loader } from '../application.ts';
import { defineSlice } from '../state/slice.ts';
import { keepFresh } from './keep-fresh.ts';

/** Upgrades by status; null until they are counted. */
export const upgradeCountsSlice = defineSlice<Readonly<Record<UpgradeStatus, number>> | null>(
  'upgrade counts',
  () => null,
);

export const upgradeCounts: Loader = {
  id: 'upgrade counts',
  start: (services, signal) =>
    keepFresh(services, 'the counts of upgrades', ['upgrades'], signal, async () => {
      const counts = await countUpgrades(services.scope());
      if (!signal.aborted)
        services.store.set<Readonly<Record<UpgradeStatus, number>> | null>(upgradeCountsSlice, counts);
    }),
};
