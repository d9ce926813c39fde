import type { ConsoleServices } from '../../services.ts';
import { follow } from '../../state/list.ts';
import { headLines } from './head.ts';
import { type LoadedPolicy, policyListSlice, policySlice, policyTable, shownPolicy } from './state.ts';

/** Rows that fit. */
export function routersInSight(services: ConsoleServices): number {
  const { columns, rows } = services.body();
  const head = headLines(shownPolicy(services), columns, 0).length + 1;
  return Math.max(1, rows - head);
}

/** Takes in what was read and stays on the same router, wherever it is now. */
export function setPolicy(services: ConsoleServices, loaded: LoadedPolicy): void {
  const { store } = services;
  const { cursor } = store.get(policyListSlice);
  const before = policyTable.rowsShown(services)[cursor]?.id;
  store.set(policySlice, loaded);
  const rows = policyTable.rowsShown(services);
  const position = before === undefined ? -1 : rows.findIndex(({ id }) => id === before);
  store.update(policyListSlice, (list) =>
    follow(list, position < 0 ? cursor : position, rows.length, routersInSight(services)),
  );
}
