import type { Upgrade } from '../../../model/upgrade.ts';
import type { UpgradePlan } from '../../../model/upgrade-plan.ts';
import { planSlice } from '../../loaders/plan.ts';
import type { LoadedUpgrades, ProgressById } from '../../loaders/upgrade-rows.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START } from '../../state/list.ts';
import { defineSlice } from '../../state/slice.ts';
import { planRoute } from '../routes.ts';

/** The upgrades of the plan, in no order of their own. */
export const planUpgradesSlice = defineSlice<LoadedUpgrades>('plan.upgrades', () => ({ upgrades: [], loadedAt: null }));
export const planProgressSlice = defineSlice<ProgressById>('plan.progress', () => new Map());
export const planListSlice = defineSlice('plan.list', () => LIST_START);
/** Of which plan the rows are. */
export const planShownSlice = defineSlice('plan.shown', () => '');

/** The most upgrades of a plan that are listed; its counts are of all. */
export const MOST_UPGRADES = 5000;

const known = new WeakMap<readonly Upgrade[], readonly Upgrade[]>();

/** The upgrades wave by wave, in the order of the request. */
export function inWaves(upgrades: readonly Upgrade[]): readonly Upgrade[] {
  const found = known.get(upgrades);
  if (found !== undefined) return found;
  const rows = upgrades.toSorted((a, b) => waveOf(a) - waveOf(b) || Number(a.id) - Number(b.id));
  known.set(upgrades, rows);
  return rows;
}

function waveOf({ plan }: Upgrade): number {
  return plan?.wave ?? 1;
}

/** The plan on the screen; undefined if a key comes before it was read. */
export function shownPlan({ store, navigation }: ConsoleServices): UpgradePlan | undefined {
  const entry = navigation.current();
  const params = entry === undefined ? null : planRoute.params(entry);
  const { upgradeId, plan } = store.get(planSlice);
  return params?.upgradeId === upgradeId && plan !== null ? plan : undefined;
}
