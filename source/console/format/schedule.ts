import type { Schedule } from '../../model/schedule.ts';
import { formatSpan } from './age.ts';
import { type ClockMode, formatClock, formatDay } from './times.ts';

/** `now`, `Sat 2026-11-28 01:00 CET`, `window Sat 2026-11-28 01:00 CET – 05:00 CET`. */
export function formatSchedule(schedule: Schedule, mode: ClockMode, timeZone: string): string {
  if (schedule.kind === 'now') return 'as soon as approved';
  if (schedule.kind === 'at') return formatDay(schedule.at, mode, timeZone);
  return `window ${formatDay(schedule.opensAt, mode, timeZone)} – ${formatClock(schedule.closesAt, mode, timeZone)}`;
}

/** `in 2 d 3 h`, `passed 4 min ago`; empty for `now`. */
export function formatStart(schedule: Schedule, now: number): string {
  if (schedule.kind === 'now') return '';
  const start = schedule.kind === 'at' ? schedule.at : schedule.opensAt;
  const left = start.getTime() - now;
  if (left >= 0) return `in ${formatSpan(left)}`;
  if (schedule.kind === 'window' && schedule.closesAt.getTime() > now) return 'open now';
  return `passed ${formatSpan(-left)} ago`;
}
