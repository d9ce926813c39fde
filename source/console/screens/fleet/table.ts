import { fleetFilterSchema } from '../../../model/fleet-filter.ts';
import { BY_HOSTNAME, type FleetRow, fleetOf } from '../../loaders/fleet.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START, type ListState } from '../../state/list.ts';
import { defineSlice } from '../../state/slice.ts';
import { type ConsoleTable, defineTable } from '../../tables/table.ts';
import { fleetRoute } from '../routes.ts';
import { firstDirection, fleetColumns, fleetSort, fleetSorts } from './columns.ts';

export const fleetListSlice = defineSlice<ListState>('fleet.list', () => LIST_START);
/** Ids of the marked routers. Marks outlive filters and sorts. */
export const fleetMarksSlice = defineSlice<ReadonlySet<string>>('fleet.marks', () => new Set());

/** The fleet as a table: its rows are outside of React, and do the filtering and sorting themselves. */
export const fleetTable: ConsoleTable<FleetRow> = defineTable<FleetRow>({
  id: 'fleet',
  routeId: fleetRoute.id,
  noun: ['router', 'routers'],
  schema: fleetFilterSchema,
  columns: () => fleetColumns,
  sorts: fleetSorts,
  ownSort: { id: BY_HOSTNAME.id, direction: BY_HOSTNAME.direction },
  firstDirection,
  all: (services) => fleetOf(services).rows.each(),
  shown: (services) => fleetOf(services).rows.shown(),
  arranged(services, change, narrows) {
    change();
    if (narrows === null) sortRows(services);
    else fleetOf(services).rows.setFilter(services.store.get(fleetTable.view).keep, narrows);
  },
  current: (services) => fleetOf(services).rows.at(services.store.get(fleetListSlice).cursor),
  isMarked({ store }) {
    const marks = store.get(fleetMarksSlice);
    return marks.size === 0 ? null : ({ router }) => marks.has(router.id);
  },
});

function sortRows(services: ConsoleServices): void {
  const { rows } = fleetOf(services);
  const wanted = services.store.get(fleetTable.view).sort ?? BY_HOSTNAME;
  const sort = fleetSort(wanted.id, wanted.direction);
  if (sort !== null && (rows.sort.id !== sort.id || rows.sort.direction !== sort.direction)) rows.setSort(sort);
}
