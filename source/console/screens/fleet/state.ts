import { z } from 'zod';
import { readPreference } from '../../context.ts';
import { BY_HOSTNAME, type FleetRow, fleetOf } from '../../loaders/fleet.ts';
import type { ConsoleServices } from '../../services.ts';
import { follow, LIST_START, type ListState, moveTo } from '../../state/list.ts';
import type { RowSort } from '../../state/row-sort.ts';
import { defineSlice } from '../../state/slice.ts';
import { NO_TEXT, type TextState } from '../../state/text-state.ts';
import { fleetSort } from './columns.ts';
import { parseFilter } from '../../../model/fleet-filter.ts';

/** Lines above the rows: the summary and the table's head. */
const HEAD_LINES = 2;

/** The filter as it is written, and whether it is being written now. */
export interface FilterState {
  readonly open: boolean;
  readonly text: TextState;
  /** What is wrong with the text; the last good filter is in force then. */
  readonly fault: string | null;
}

export const fleetListSlice = defineSlice<ListState>('fleet.list', () => LIST_START);
export const fleetFilterSlice = defineSlice<FilterState>('fleet.filter', () => ({
  open: false,
  text: NO_TEXT,
  fault: null,
}));
/** Ids of the marked routers. Marks outlive filters and sorts. */
export const fleetMarksSlice = defineSlice<ReadonlySet<string>>('fleet.marks', () => new Set());
/** The row that a range began at; null while no range is open. */
export const fleetRangeSlice = defineSlice<string | null>('fleet.range', () => null);
/** The router that the operator chose by moving to it, to stay on it while rows come, go and change places; null before that. */
const fleetChosenSlice = defineSlice<string | null>('fleet.chosen', () => null);
/** The rows and the filter that the cursor was last brought in line with. */
const fleetFollowedSlice = defineSlice('fleet.followed', () => ({ version: -1, filter: '' }));

const sortPreference = z.object({ id: z.string(), direction: z.enum(['ascending', 'descending']) });

export function listHeight(services: ConsoleServices): number {
  return Math.max(1, services.body().rows - HEAD_LINES);
}

export function currentRow(services: ConsoleServices): FleetRow | undefined {
  return fleetOf(services).rows.at(currentList(services).cursor);
}

/** Where the cursor is among the rows as they are now: a key may come before the last change of them was drawn. */
export function currentList(services: ConsoleServices): ListState {
  const { version } = fleetOf(services).rows;
  if (services.store.get(fleetFollowedSlice).version !== version) followCurrent(services, version);
  return services.store.get(fleetListSlice);
}

/** Moves the cursor, and remembers the router that it is on. */
export function setList(services: ConsoleServices, list: ListState): void {
  services.store.set(fleetListSlice, list);
  services.store.set(fleetChosenSlice, currentRow(services)?.router.id ?? null);
}

/** Finds the chosen router's new place after the order changed, and stays on it. */
function followCurrent(services: ConsoleServices, version: number): void {
  const { store } = services;
  const { rows } = fleetOf(services);
  const list = store.get(fleetListSlice);
  const id = store.get(fleetChosenSlice);
  const filter = store.get(fleetFilterSlice).text.value;
  const filtered = filter !== store.get(fleetFollowedSlice).filter;
  store.set(fleetFollowedSlice, { version, filter });
  const position = id === null ? -1 : rows.positionOf(id);
  const next = nextPlace(list, { position, filtered, count: rows.count, height: listHeight(services) });
  if (next.cursor !== list.cursor || next.top !== list.top) store.set(fleetListSlice, next);
  if (id === null || position >= 0) return;
  // Hidden by the filter while its findings are shown from the first one on: it is chosen again when the filter goes.
  if (rows.get(id) === undefined || next.cursor !== 0) {
    store.set(fleetChosenSlice, currentRow(services)?.router.id ?? null);
  }
}

interface Followed {
  /** Of the chosen router; -1: none is chosen, or it is not shown. */
  readonly position: number;
  readonly filtered: boolean;
  readonly count: number;
  readonly height: number;
}

function nextPlace(list: ListState, { position, filtered, count, height }: Followed): ListState {
  if (position < 0) return filtered ? LIST_START : moveTo(list, list.cursor, count, height);
  // Who looks at the top of the list goes on looking at its top, as long as the router can be seen there.
  return list.top === 0 && position < height
    ? moveTo(list, position, count, height)
    : follow(list, position, count, height);
}

/** Brings the cursor in line with the rows after every change of them, until the signal aborts. */
export function keepFollowing(services: ConsoleServices, signal: AbortSignal): void {
  const look = (): void => void currentList(services);
  signal.addEventListener('abort', services.store.subscribe(look), { once: true });
  look();
}

/** The order that was chosen last, in this session or an earlier one. */
export function restoreSort(services: ConsoleServices): void {
  const { id, direction } = readPreference(services.context.preferences, 'fleetSort', sortPreference, BY_HOSTNAME);
  const sort = fleetSort(id, direction);
  const { rows } = fleetOf(services);
  if (sort !== null && (rows.sort.id !== id || rows.sort.direction !== direction)) rows.setSort(sort);
}

export function setSort(services: ConsoleServices, sort: RowSort<FleetRow>): void {
  fleetOf(services).rows.setSort(sort);
  services.context.preferences.set('fleetSort', { id: sort.id, direction: sort.direction });
}

/** Takes a new text; while it is not a filter the last good one stays in force and the fault is shown. */
export function setFilterText(services: ConsoleServices, text: TextState): void {
  const { store } = services;
  const before = store.get(fleetFilterSlice);
  const parsed = parseFilter(text.value);
  store.set(fleetFilterSlice, { ...before, text, fault: parsed.ok ? null : parsed.fault });
  if (parsed.ok && text.value !== before.text.value) fleetOf(services).rows.setFilter(parsed.keep);
}

/** The marked routers that still exist; without marks, the current one. */
export function chosenRows(services: ConsoleServices): readonly FleetRow[] {
  const { rows } = fleetOf(services);
  const marked = [...services.store.get(fleetMarksSlice)].flatMap((id) => rows.get(id) ?? []);
  if (marked.length > 0) return marked;
  const current = currentRow(services);
  return current === undefined ? [] : [current];
}
