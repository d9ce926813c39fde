import type { ConsoleServices } from '../../services.ts';
import { follow } from '../../state/list.ts';
import { explainRoute } from '../routes.ts';
import { headLines } from './head.ts';
import {
  currentCandidate,
  type Explained,
  explainedListSlice,
  explainedSlice,
  explainTable,
  shownExplained,
} from './state.ts';

/** Below the rows: a blank line and the whole reason of the current one. */
export const REASON_LINES = 4;

/** Rows that fit. */
export function candidatesInSight(services: ConsoleServices): number {
  const { columns, rows } = services.body();
  const entry = services.navigation.current();
  const hostname = entry === undefined ? '' : (explainRoute.params(entry)?.hostname ?? '');
  const head = headLines(shownExplained(services), hostname, columns, 0).length + 1;
  return Math.max(1, rows - head - REASON_LINES);
}

/** Takes in what was read and stays on the same policy, whatever its rank is now. */
export function setExplained(services: ConsoleServices, explained: Explained): void {
  const { store } = services;
  const before = currentCandidate(services);
  store.set(explainedSlice, explained);
  const candidates = explainTable.rowsShown(services);
  const position = candidates.findIndex(({ policy }) => policy.id === before?.policy.id);
  store.update(explainedListSlice, (list) =>
    follow(list, position < 0 ? list.cursor : position, candidates.length, candidatesInSight(services)),
  );
}
