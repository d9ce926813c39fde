import { Temporal } from 'temporal-polyfill';
import type { Blackout } from './blackout.ts';
import type { WeeklyWindow } from './schedule.ts';
import { type Opening, openingsBetween } from './weekly-window.ts';

/** A policy with a weekly window. */
export interface CalendarWindow {
  readonly policyId: string;
  readonly name: string;
  /** Name; null: any. */
  readonly site: string | null;
  readonly window: WeeklyWindow;
  /** True: a policy of all organizations. */
  readonly shared: boolean;
  /** That it applies to. */
  readonly routers: number;
}

/** Upgrades that have the same start and come from one request; a wave of a plan where it has waves. */
export interface ScheduledUpgrades {
  readonly from: Date;
  /** The end of their window; null: they have a time. */
  readonly to: Date | null;
  readonly batchId: string;
  readonly wave: number;
  /** Waves of the plan; null: they go in none. */
  readonly waves: number | null;
  readonly count: number;
  /** How many of them nobody has approved. */
  readonly pending: number;
  /** One of them, and the first of their host names. */
  readonly upgradeId: string;
  readonly hostname: string;
  /** Sites by name, at most three. */
  readonly sites: readonly string[];
  /** Of one of the sites. */
  readonly timeZone: string;
}

/** What lies in a calendar. */
export interface CalendarSources {
  readonly windows: readonly CalendarWindow[];
  readonly blackouts: readonly Blackout[];
  readonly upgrades: readonly ScheduledUpgrades[];
  /** Time zones of the sites, by name. */
  readonly zones: ReadonlyMap<string, string>;
}

interface Span {
  readonly from: Date;
  /** The first instant after it. */
  readonly to: Date;
}

/** Something that lies on a day. */
export type CalendarEntry = Span & { readonly key: string } & (
    | { readonly kind: 'blackout'; readonly blackout: Blackout }
    | { readonly kind: 'upgrades'; readonly upgrades: ScheduledUpgrades }
    | { readonly kind: 'window'; readonly of: CalendarWindow }
  );

/** A day, `2026-11-28`. */
export type Day = string;

/** Whether it is a day, written in full. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text).toString() === text;
  } catch {
    return false;
  }
}

/** The day of a time in a zone. */
export function dayOf(time: Date, timeZone: string): Day {
  return Temporal.Instant.fromEpochMilliseconds(time.getTime()).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** From the first instant of a day to that of the next one: 23 or 25 hours where the clocks change. */
export function spanOf(day: Day, timeZone: string): Span {
  return { from: startOf(day, timeZone), to: startOf(addDays(day, 1), timeZone) };
}

function startOf(day: Day, timeZone: string): Date {
  return new Date(Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds);
}

export function addDays(day: Day, days: number): Day {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** The same day of another month, or its last one. */
export function addMonths(day: Day, months: number): Day {
  return Temporal.PlainDate.from(day).add({ months }).toString();
}

/** The days of the week of a day, from Monday. */
export function weekOf(day: Day): readonly Day[] {
  const date = Temporal.PlainDate.from(day);
  const monday = date.subtract({ days: date.dayOfWeek - 1 });
  return Array.from({ length: 7 }, (_, index) => monday.add({ days: index }).toString());
}

/** Six weeks, of which the month of a day is a part. */
export function monthOf(day: Day): readonly Day[] {
  const [monday = day] = weekOf(`${day.slice(0, 7)}-01`);
  return Array.from({ length: 42 }, (_, index) => addDays(monday, index));
}

/** All that lies on each of these days, which follow each other: blackouts first, then by start. */
export function entriesByDay(
  sources: CalendarSources,
  days: readonly Day[],
  timeZone: string,
): ReadonlyMap<Day, readonly CalendarEntry[]> {
  const [first] = days;
  if (first === undefined) return new Map();
  const bounds = [...days, addDays(days.at(-1) ?? first, 1)].map((day) => startOf(day, timeZone));
  const [begin = new Date(0), end = begin] = [bounds[0], bounds.at(-1)];
  const entries = entriesIn(sources, { from: begin, to: end });
  return new Map(
    days.map((day, index) => {
      const [from, to] = [bounds[index] ?? begin, bounds[index + 1] ?? end];
      return [day, entries.filter((entry) => entry.from < to && entry.to > from)];
    }),
  );
}

const RANKS = { blackout: 0, upgrades: 1, window: 1 } as const;
/** Upgrades with a time take up a moment. */
const MOMENT_MS = 1;

function entriesIn({ windows, blackouts, upgrades }: CalendarSources, { from, to }: Span): readonly CalendarEntry[] {
  // Many policies have the same window, and time zones take their time.
  const openings = new Map<string, readonly Opening[]>();
  const openingsOf = (window: WeeklyWindow): readonly Opening[] => {
    const key = JSON.stringify(window);
    const found = openings.get(key) ?? openingsBetween(window, from, to);
    openings.set(key, found);
    return found;
  };
  const entries: CalendarEntry[] = [
    ...blackouts.map(
      (blackout) =>
        ({ kind: 'blackout', key: `b${blackout.id}`, from: blackout.from, to: blackout.to, blackout }) as const,
    ),
    ...upgrades.map((group) => {
      const end = group.to ?? new Date(group.from.getTime() + MOMENT_MS);
      const key = `u${group.batchId}/${group.wave}/${group.from.getTime()}/${end.getTime()}`;
      return { kind: 'upgrades', key, from: group.from, to: end, upgrades: group } as const;
    }),
    ...windows.flatMap((of) =>
      openingsOf(of.window).map(
        ({ opensAt, closesAt }) =>
          ({ kind: 'window', key: `w${of.policyId}/${opensAt.getTime()}`, from: opensAt, to: closesAt, of }) as const,
      ),
    ),
  ];
  return entries
    .filter((entry) => entry.from < to && entry.to > from)
    .toSorted(
      (a, b) => RANKS[a.kind] - RANKS[b.kind] || a.from.getTime() - b.from.getTime() || (a.key < b.key ? -1 : 1),
    );
}

/** The zone whose days a calendar has: the one of most of the organization's own windows, else of most sites, else of most windows, else UTC. */
export function zoneOfCalendar({ windows, zones }: Pick<CalendarSources, 'windows' | 'zones'>): string {
  const zonesOf = (some: readonly CalendarWindow[]): readonly string[] => some.map(({ window }) => window.timeZone);
  return (
    mostOf(zonesOf(windows.filter(({ shared }) => !shared))) ??
    mostOf([...zones.values()]) ??
    mostOf(zonesOf(windows)) ??
    'UTC'
  );
}

function mostOf(zones: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const zone of zones) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  return [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? null;
}
