import type { Upgrade } from '../../../model/upgrade.ts';
import type { UpgradePlan } from '../../../model/upgrade-plan.ts';
import type { ConsoleServices } from '../../services.ts';
import { follow, type ListState } from '../../state/list.ts';
import { openPlansSlice, upgradesListSlice, upgradesTable } from './state.ts';

/** Lines above the table: the views, the note, the head; and one on plans where there are any. */
export function headHeight(plans: ReadonlyMap<string, UpgradePlan>): number {
  return plans.size === 0 ? 3 : 4;
}

export interface ShownUpgrades {
  readonly rows: readonly Upgrade[];
  readonly list: ListState;
  /** Rows that fit. */
  readonly height: number;
}

export function shownUpgrades(services: ConsoleServices): ShownUpgrades {
  const { store } = services;
  return {
    rows: upgradesTable.rowsShown(services),
    list: store.get(upgradesListSlice),
    height: services.body().rows - headHeight(store.get(openPlansSlice)),
  };
}

export function currentUpgrade(services: ConsoleServices): Upgrade | undefined {
  const { rows, list } = shownUpgrades(services);
  return rows[list.cursor];
}

/** Makes a change of the rows and stays on the same upgrade, wherever it is afterwards. */
export function keepCurrent(services: ConsoleServices, change: () => void): void {
  const before = currentUpgrade(services);
  change();
  const { rows, list, height } = shownUpgrades(services);
  const position = before === undefined ? -1 : rows.findIndex(({ id }) => id === before.id);
  const next = follow(list, position < 0 ? list.cursor : position, rows.length, height);
  services.store.set(upgradesListSlice, next);
}
