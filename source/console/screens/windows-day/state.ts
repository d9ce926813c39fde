import type { CalendarEntry, Day } from '../../../model/calendar.ts';
import type { ConsoleServices } from '../../services.ts';
import type { SortValue } from '../../state/row-sort.ts';
import { LIST_START } from '../../state/list.ts';
import { defineSlice } from '../../state/slice.ts';
import { defineListTable, type ListTable } from '../../tables/list-table.ts';
import { windowsDayRoute } from '../routes.ts';
import { ownTimes, placeOf, timesOn, titleOf } from '../windows/entry-words.ts';
import { entriesOf, zoneOfDays } from '../windows/state.ts';
import { dayColumns, dayFilterSchema, type DayRow } from './columns.ts';

export const dayListSlice = defineSlice('windows-day.list', () => LIST_START);

/** The same rows as long as the entries are the same. */
const known = new WeakMap<readonly CalendarEntry[], { key: string; rows: readonly DayRow[] }>();

/** The day that the screen shows. */
export function shownDay({ navigation }: ConsoleServices): Day | null {
  const entry = navigation.current();
  return entry === undefined ? null : (windowsDayRoute.params(entry)?.day ?? null);
}

const NONE: readonly DayRow[] = [];

function dayRows(services: ConsoleServices): readonly DayRow[] {
  const day = shownDay(services);
  if (day === null) return NONE;
  const zone = zoneOfDays(services);
  const entries = entriesOf(services, { days: [day], zone }, day);
  const key = `${day} ${zone}`;
  const kept = known.get(entries);
  if (kept?.key === key) return kept.rows;
  const rows = entries.map((entry): DayRow => ({
    entry,
    times: timesOn(entry, day, zone),
    title: titleOf(entry),
    place: placeOf(entry),
    own: ownTimes(entry, zone),
    by: entry.kind === 'blackout' ? entry.blackout.createdBy : '',
  }));
  known.set(entries, { key, rows });
  return rows;
}

export const dayTable: ListTable<DayRow> = defineListTable<DayRow>({
  id: 'windows-day',
  routeId: windowsDayRoute.id,
  noun: ['entry', 'entries'],
  schema: dayFilterSchema,
  columns: () => dayColumns,
  sorts: new Map<string, (row: DayRow) => SortValue>([
    ['time', ({ entry }) => entry.from.getTime()],
    ['kind', ({ entry }) => entry.kind],
    ['what', ({ title }) => title],
    ['site', ({ place }) => place],
  ]),
  rows: dayRows,
  idOf: ({ entry }) => entry.key,
  list: dayListSlice,
});

/** Lines above the rows: the note, the head. */
const HEAD_LINES = 2;

/** Rows that fit. */
export function entriesInSight(services: ConsoleServices): number {
  return services.body().rows - HEAD_LINES;
}

export function currentEntry(services: ConsoleServices): CalendarEntry | undefined {
  const rows = dayTable.rowsShown(services);
  return rows[Math.min(services.store.get(dayListSlice).cursor, rows.length - 1)]?.entry;
}
