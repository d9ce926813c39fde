import type { ConsoleServices } from '../services.ts';
import { tableHandle } from '../tables/handle.ts';
import type { KnownTable } from '../tables/table-words.ts';
import { explainTable } from './explain/state.ts';
import { fleetTable } from './fleet/table.ts';
import { imagesTable } from './images/state.ts';
import { policiesTable } from './policies/state.ts';
import { policyTable } from './policy/state.ts';
import { fleetRoute, imagesRoute, policiesRoute, upgradesRoute } from './routes.ts';
import { dayTable } from './windows-day/state.ts';
import { upgradesTable } from './upgrades/state.ts';

/** Sorts the table of a screen by a column in its own direction; the same one again turns the order around. */
export function sortByColumn(services: ConsoleServices, routeId: string, columnId: string): void {
  consoleTables.find(({ handle }) => handle.routeId === routeId)?.handle.turnSort(services, columnId);
}

/** The tables of all screens. */
export const consoleTables: readonly KnownTable[] = [
  { handle: tableHandle(fleetTable), entries: () => [fleetRoute.to({})] },
  { handle: tableHandle(upgradesTable), entries: () => [fleetRoute.to({}), upgradesRoute.to({})] },
  { handle: tableHandle(policiesTable), entries: () => [fleetRoute.to({}), policiesRoute.to({})] },
  { handle: tableHandle(imagesTable), entries: () => [fleetRoute.to({}), imagesRoute.to({})] },
  { handle: tableHandle(dayTable), entries: null },
  { handle: tableHandle(policyTable), entries: null },
  { handle: tableHandle(explainTable), entries: null },
];
