import type { Upgrade } from '../../../model/upgrade.ts';
import { planSlice } from '../../loaders/plan.ts';
import type { ConsoleServices } from '../../services.ts';
import { follow, type ListState } from '../../state/list.ts';
import { headLines } from './head.ts';
import { inWaves, planListSlice, planUpgradesSlice } from './state.ts';

export interface PlanRows {
  readonly rows: readonly Upgrade[];
  readonly list: ListState;
  /** Rows that fit. */
  readonly height: number;
}

export function planRows(services: ConsoleServices): PlanRows {
  const { store, context } = services;
  const { rows: height, columns } = services.body();
  const head = headLines(store.get(planSlice), { now: context.now().getTime(), width: columns - 1 });
  return {
    rows: inWaves(store.get(planUpgradesSlice).upgrades),
    list: store.get(planListSlice),
    height: Math.max(1, height - head.length - 1),
  };
}

export function currentUpgrade(services: ConsoleServices): Upgrade | undefined {
  const { rows, list } = planRows(services);
  return rows[list.cursor];
}

/** Makes a change of the rows and stays on the same upgrade, wherever it is afterwards. */
export function keepCurrent(services: ConsoleServices, change: () => void): void {
  const before = currentUpgrade(services);
  change();
  const { rows, list, height } = planRows(services);
  const position = before === undefined ? -1 : rows.findIndex(({ id }) => id === before.id);
  services.store.set(planListSlice, follow(list, position < 0 ? list.cursor : position, rows.length, height));
}
