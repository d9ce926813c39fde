import { type CalendarEntry, type Day, spanOf } from '../../../model/calendar.ts';
import { describeWindow } from '../../../model/weekly-window.ts';
import { plural } from '../../format/numbers.ts';
import type { Tone } from '../../theme/tones.ts';

export const KIND_WORDS: Readonly<Record<CalendarEntry['kind'], { readonly word: string; readonly tone: Tone }>> = {
  blackout: { word: 'blackout', tone: 'bad' },
  upgrades: { word: 'upgrades', tone: 'accent' },
  window: { word: 'window', tone: 'text' },
};

const clocks = new Map<string, Intl.DateTimeFormat>();

/** `01:00` */
function clock(time: Date, timeZone: string): string {
  const format =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  clocks.set(timeZone, format);
  return format.format(time);
}

/** When it is on a day, in the zone of the calendar: `01:00–05:00`, `all day`, `23:00–…` where it goes on. */
export function timesOn(entry: CalendarEntry, day: Day, timeZone: string): string {
  const { from, to } = spanOf(day, timeZone);
  const begins = entry.from >= from;
  if (entry.kind === 'upgrades' && entry.upgrades.to === null) return clock(entry.from, timeZone);
  if (entry.from <= from && entry.to >= to) return 'all day';
  return `${begins ? clock(entry.from, timeZone) : '…'}–${entry.to <= to ? clock(entry.to, timeZone) : '…'}`;
}

export function titleOf(entry: CalendarEntry): string {
  if (entry.kind === 'blackout') return entry.blackout.reason;
  if (entry.kind === 'window') return `#${entry.of.policyId} ${entry.of.name}, ${plural(entry.of.routers, 'router')}`;
  const { count, hostname, wave, waves, pending } = entry.upgrades;
  const what = count === 1 ? hostname : plural(count, 'router');
  const part = waves === null ? '' : `, wave ${wave} of ${waves}`;
  return `${what}${part}${pending === 0 ? '' : pending === count ? ', not approved' : `, ${pending} not approved`}`;
}

export function placeOf(entry: CalendarEntry): string {
  if (entry.kind === 'blackout') return entry.blackout.site ?? 'everywhere';
  if (entry.kind === 'window') return entry.of.site ?? 'any site';
  return entry.upgrades.sites.join(' ');
}

/** What it says in its own zone, where that is another one than the calendar's; else empty. */
export function ownTimes(entry: CalendarEntry, timeZone: string): string {
  return entry.kind === 'window' && entry.of.window.timeZone !== timeZone ? describeWindow(entry.of.window) : '';
}
