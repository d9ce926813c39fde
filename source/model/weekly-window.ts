import { Temporal } from 'temporal-polyfill';
import type { WeeklyWindow } from './schedule.ts';

/** One opening of a weekly window. `opensAt` lies in the past for an opening that is in progress. */
export interface Opening {
  readonly opensAt: Date;
  readonly closesAt: Date;
}

/** An opening counts while this much of it is left, milliseconds: less is too short to begin an upgrade in. */
export const LEAST_OPENING_MS = 15 * 60_000;

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const WEEKS_TO_TRY = 4;

/**
 * The opening of a weekly window that is in progress at `after` with 15 minutes or more left, else the next one.
 *
 * The window is a promise in local time, so on a night when the clocks change it lasts from its local start to its local end,
 * an hour less or more than usual, and is never open outside these times: a start that the change skips or repeats is the
 * later possibility, an end the earlier one. An opening that this leaves with less than 15 minutes does not take place.
 * Null if the zone or the start is not one.
 */
export function nextOpening(window: WeeklyWindow, after: Date): Opening | null {
  const last = answers.get(window);
  if (last?.after === after.getTime()) return last.opening;
  const opening = findOpening(window, after);
  answers.set(window, { after: after.getTime(), opening });
  return opening;
}

/** The last answer for each window: a fleet of 10,000 routers asks the same of a few, and calendars are slow. */
const answers = new WeakMap<WeeklyWindow, { readonly after: number; readonly opening: Opening | null }>();

function findOpening(window: WeeklyWindow, after: Date): Opening | null {
  try {
    const local = Temporal.Instant.fromEpochMilliseconds(after.getTime()).toZonedDateTimeISO(window.timeZone);
    const today = local.toPlainDate();
    const latest = today.subtract({ days: (today.dayOfWeek - window.weekday + 7) % 7 });
    for (let week = 0; week < WEEKS_TO_TRY; week += 1) {
      const opening = openingOn(window, latest.add({ weeks: week }));
      const from = Math.max(opening.opensAt.getTime(), after.getTime());
      if (opening.closesAt.getTime() - from >= LEAST_OPENING_MS) return opening;
    }
    return null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** All openings that have a moment between two times, by their start; none if the zone or the start is not one. */
export function openingsBetween(window: WeeklyWindow, from: Date, to: Date): readonly Opening[] {
  try {
    const dateOf = (time: Date): Temporal.PlainDate =>
      Temporal.Instant.fromEpochMilliseconds(time.getTime()).toZonedDateTimeISO(window.timeZone).toPlainDate();
    // An opening is over a day after its start.
    const earliest = dateOf(from).subtract({ days: 2 });
    const last = dateOf(to);
    const openings: Opening[] = [];
    let date = earliest.add({ days: (window.weekday - earliest.dayOfWeek + 7) % 7 });
    for (; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ weeks: 1 })) {
      const opening = openingOn(window, date);
      const takesPlace = opening.closesAt.getTime() - opening.opensAt.getTime() >= LEAST_OPENING_MS;
      if (takesPlace && opening.closesAt > from && opening.opensAt < to) openings.push(opening);
    }
    return openings;
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/** `Sat 01:00–05:00 Europe/Amsterdam`, ready to print. */
export function describeWindow(window: WeeklyWindow): string {
  const weekday = WEEKDAYS[window.weekday - 1] ?? '?';
  return `${weekday} ${window.start.slice(0, 5)}–${endOf(window)} ${window.timeZone}`;
}

function openingOn(window: WeeklyWindow, date: Temporal.PlainDate): Opening {
  const start = date.toPlainDateTime(Temporal.PlainTime.from(window.start));
  const closes = start.add({ minutes: window.minutes }).toZonedDateTime(window.timeZone, { disambiguation: 'earlier' });
  const opens = start.toZonedDateTime(window.timeZone, { disambiguation: 'later' });
  const first = start.toZonedDateTime(window.timeZone, { disambiguation: 'earlier' });
  // A window inside the repeated hour takes place in its first pass.
  const repeated = first.toPlainDateTime().equals(start);
  const chosen = repeated && opens.epochMilliseconds >= closes.epochMilliseconds ? first : opens;
  return { opensAt: new Date(chosen.epochMilliseconds), closesAt: new Date(closes.epochMilliseconds) };
}

function endOf(window: WeeklyWindow): string {
  const [hours = 0, minutes = 0] = window.start.split(':').map(Number);
  const end = hours * 60 + minutes + window.minutes;
  return `${two(Math.floor(end / 60) % 24)}:${two(end % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
