import type { Upgrade } from '../../../model/upgrade.ts';
import type { ConsoleServices } from '../../services.ts';
import { follow, type ListState } from '../../state/list.ts';
import { upgradesListSlice, upgradesTable } from './state.ts';

/** Lines above the table: the views, the note, the head. */
const HEAD_LINES = 3;

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
    height: services.body().rows - HEAD_LINES,
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
