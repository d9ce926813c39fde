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
