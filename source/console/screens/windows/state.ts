import {
  type CalendarEntry,
  type CalendarSources,
  type Day,
  dayOf,
  entriesByDay,
  monthOf,
  weekOf,
  zoneOfCalendar,
} from '../../../model/calendar.ts';
import type { ConsoleServices } from '../../services.ts';
import { zoneSlice } from '../../state/session.ts';
import { defineSlice } from '../../state/slice.ts';

export const CALENDAR_VIEWS = ['month', 'week'] as const;

export type CalendarView = (typeof CALENDAR_VIEWS)[number];

export interface Calendar {
  readonly windows: CalendarSources['windows'] | null;
  readonly others: Omit<CalendarSources, 'windows'> | null;
  /** Both; null until they are read. */
  readonly sources: CalendarSources | null;
  /** When they were read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt to read them failed. */
  readonly failed: boolean;
}

export const calendarSlice = defineSlice<Calendar>('windows', () => ({
  windows: null,
  others: null,
  sources: null,
  readAt: null,
  failed: false,
}));
/** The chosen day; null: today. */
export const calendarDaySlice = defineSlice<Day | null>('windows.day', () => null);
/** Null: by the width of the terminal. */
export const calendarViewSlice = defineSlice<CalendarView | null>('windows.view', () => null);

/** Terminals of this width have room for a month. */
const MONTH_COLUMNS = 100;

export interface ShownCalendar {
  /** The zone whose days these are. */
  readonly zone: string;
  readonly today: Day;
  readonly day: Day;
  readonly view: CalendarView;
  readonly days: readonly Day[];
}

export function shownCalendar(services: ConsoleServices): ShownCalendar {
  const { store, context } = services;
  const zone = zoneOfDays(services);
  const today = dayOf(context.now(), zone);
  const day = store.get(calendarDaySlice) ?? today;
  const view = store.get(calendarViewSlice) ?? (services.body().columns >= MONTH_COLUMNS ? 'month' : 'week');
  return { zone, today, day, view, days: view === 'month' ? monthOf(day) : weekOf(day) };
}

/** UTC, or the zone of most windows: one key changes it, as it does for all times. */
export function zoneOfDays({ store }: ConsoleServices): string {
  const { sources } = store.get(calendarSlice);
  return store.get(zoneSlice) === 'utc' || sources === null ? 'UTC' : zoneOfCalendar(sources);
}

const NONE: readonly CalendarEntry[] = [];
/** The days that were asked for last: every key and every frame asks for the same ones. */
const known = new WeakMap<CalendarSources, { key: string; found: ReadonlyMap<Day, readonly CalendarEntry[]> }>();

/** What lies on a day, one of `days`. */
export function entriesOf(
  { store }: ConsoleServices,
  { days, zone }: Pick<ShownCalendar, 'days' | 'zone'>,
  day: Day,
): readonly CalendarEntry[] {
  const { sources } = store.get(calendarSlice);
  if (sources === null) return NONE;
  const key = `${days[0] ?? ''} ${days.length} ${zone}`;
  const last = known.get(sources);
  const found = last?.key === key ? last.found : entriesByDay(sources, days, zone);
  known.set(sources, { key, found });
  return found.get(day) ?? NONE;
}
