/** Whose wall clock times are shown in: everybody's, or the site's. One key changes it. */
export type ClockMode = 'utc' | 'site';

const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-24 01:30 CET`: a time always names its zone, so that 03:00 is never a guess. */
export function formatTime(at: Date | number, mode: ClockMode, siteTimeZone: string): string {
  const part = partsOf(at, zoneOf(mode, siteTimeZone));
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')} ${part('timeZoneName')}`;
}

/** `14:02 UTC`, for times of today. */
export function formatClock(at: Date | number, mode: ClockMode, siteTimeZone: string): string {
  const part = partsOf(at, zoneOf(mode, siteTimeZone));
  return `${part('hour')}:${part('minute')} ${part('timeZoneName')}`;
}

/** `Sat 2026-11-28 01:00 CET`, for what is to come. */
export function formatDay(at: Date | number, mode: ClockMode, siteTimeZone: string): string {
  return `${partsOf(at, zoneOf(mode, siteTimeZone))('weekday')} ${formatTime(at, mode, siteTimeZone)}`;
}

function zoneOf(mode: ClockMode, siteTimeZone: string): string {
  return mode === 'utc' ? 'UTC' : siteTimeZone;
}

function partsOf(at: Date | number, timeZone: string): (type: Intl.DateTimeFormatPartTypes) => string {
  const parts = formatOf(timeZone).formatToParts(at);
  return (type) => parts.find((part) => part.type === type)?.value ?? '';
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  formats.set(timeZone, format);
  return format;
}
