import { Temporal } from 'temporal-polyfill';

/** A time that was typed, or what is wrong with it. */
export type TypedTime = { readonly ok: true; readonly at: Date } | { readonly ok: false; readonly fault: string };

const FORM = /^(?<date>\d{4}-\d{2}-\d{2})[ T](?<time>\d{1,2}:\d{2})$/u;

/**
 * Reads `2026-11-28 01:00` as local time of a zone. A time that the clocks skip, or show twice, is refused rather than guessed:
 * nobody should upgrade a router an hour off.
 */
export function readTime(text: string, timeZone: string): TypedTime {
  const match = FORM.exec(text.trim())?.groups;
  if (match === undefined) return { ok: false, fault: 'write it as YYYY-MM-DD HH:MM' };
  try {
    const time = (match['time'] ?? '').padStart(5, '0');
    const local = Temporal.PlainDateTime.from(`${match['date'] ?? ''}T${time}`, { overflow: 'reject' });
    const zoned = local.toZonedDateTime(timeZone, { disambiguation: 'reject' });
    return { ok: true, at: new Date(zoned.epochMilliseconds) };
  } catch {
    return { ok: false, fault: `there is no such time in ${timeZone}, or it is there twice` };
  }
}
