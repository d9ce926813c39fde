import { z } from 'zod';
import type { UptimeReading } from '../../boot-time.ts';

export const uptimeSchema = z.object({
  seconds: z.number().nonnegative(),
  resolution: z.literal([1, 60]),
});

const TIME = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})/u;

/**
 * The uptime from `show system uptime`, of the first member. To the second by the two times of the device's own clock, if they fit how long ago it
 * says that was; that does not change when the clock is set, or goes over to summer time. Missing if nothing of it can be read.
 */
export function parseUptimeReading(answer: string): Partial<Pick<UptimeReading, 'seconds' | 'resolution'>> {
  const [, booted, ago = ''] = /^System booted: (\S+ \S+) .*\(([^)]+) ago\)/mu.exec(answer) ?? [];
  const readings = parseAgo(ago);
  const exact = (readTime(/^Current time: (.+)$/mu.exec(answer)?.[1]) - readTime(booted)) / 1000;
  if (readings.some((seconds) => exact >= seconds - 1 && exact <= seconds + 61))
    return { seconds: exact, resolution: 1 };
  const [seconds, other] = readings;
  return seconds === undefined || other !== undefined ? {} : { seconds, resolution: 60 };
}

/** Seconds of `5w5d 05:07`, `1d 02:03`, `02:03:04`; both of what `02:03` may mean; none for anything else. */
function parseAgo(text: string): readonly number[] {
  const match = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)? ?(\d{1,2}):(\d{2})(?::(\d{2}))?$/u.exec(text);
  if (match === null) return [];
  const parts = match.slice(1).map((part) => Number(part ?? 0));
  const [years = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  const total = ((years * 365 + weeks * 7 + days) * 24 + hours) * 3600 + minutes * 60 + seconds;
  return /[ywd]/u.test(text) || match[6] !== undefined ? [total] : [total, hours * 60 + minutes];
}

/** Milliseconds, as if the zone were UTC: only differences count. NaN if it is no time. */
function readTime(text: string | undefined): number {
  const match = TIME.exec(text ?? '');
  return match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}Z`);
}
