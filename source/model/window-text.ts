import type { WeeklyWindow } from './schedule.ts';
import { isTimeZone } from './time-zone.ts';

/** A window that was written, or what is wrong with it, as one clause. */
export type WrittenWindow =
  { readonly ok: true; readonly window: WeeklyWindow | null } | { readonly ok: false; readonly fault: string };

export const WINDOW_FORM = 'Sat 01:00-05:00 Europe/Amsterdam';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const FORM =
  /^(?<day>\p{L}{3,9})\s+(?<start>(?:[01]?\d|2[0-3]):[0-5]\d)\s*[-–]\s*(?<end>(?:[01]?\d|2[0-3]):[0-5]\d)\s+(?<zone>\S+)$/u;
const LEAST_MINUTES = 15;
const DAY_MINUTES = 1440;

/** Reads what `describeWindow` writes: `Sat 01:00-05:00 Europe/Amsterdam`. An end that is not after the start is on the next day; empty or `none`: no window. */
export function readWindow(written: string): WrittenWindow {
  const text = written.trim();
  if (text === '' || text.toLowerCase() === 'none') return { ok: true, window: null };
  const found = FORM.exec(text)?.groups;
  if (found === undefined) return { ok: false, fault: `write it as ${WINDOW_FORM}, or none` };
  const { day = '', start = '', end = '', zone = '' } = found;
  const weekday = DAYS.indexOf(day.slice(0, 3).toLowerCase()) + 1;
  if (weekday === 0) return { ok: false, fault: 'begin with a day of the week: Mon, Tue, Wed, Thu, Fri, Sat or Sun' };
  if (!isTimeZone(zone)) return { ok: false, fault: 'end with an IANA time zone, such as Europe/Amsterdam' };
  const span = minutesOf(end) - minutesOf(start);
  const minutes = span > 0 ? span : span + DAY_MINUTES;
  if (minutes < LEAST_MINUTES) return { ok: false, fault: `a window lasts ${LEAST_MINUTES} minutes at least` };
  return { ok: true, window: { weekday, start: start.padStart(5, '0'), minutes, timeZone: zone } };
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
