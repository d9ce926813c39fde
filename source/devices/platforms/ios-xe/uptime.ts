import type { UptimeReading } from '../../boot-time.ts';

/** The month names of IOS are those that `Date.parse` knows. */
const TIME = /(\d{2}:\d{2}:\d{2})(?:\.\d+)? (\S+) \w{3} (\w{3}) +(\d{1,2}) (\d{4})/u;

/**
 * The uptime to the second: the device's clock less the time that it says it restarted at, if that fits its uptime in whole minutes. It does not
 * where the clock was set, or changed to summer time, since the start; then the minutes count.
 */
export function clockUptime(
  showVersion: string,
  showClock: string | null,
  wholeMinutes: number,
): Pick<UptimeReading, 'seconds' | 'resolution'> {
  const restarted = readTime(/^System restarted at (.+)$/mu.exec(showVersion)?.[1]);
  const now = readTime(showClock);
  if (restarted !== null && now !== null) {
    const seconds = (now - restarted) / 1000;
    if (seconds >= wholeMinutes - 1 && seconds <= wholeMinutes + 62) return { seconds, resolution: 1 };
  }
  return { seconds: wholeMinutes, resolution: 60 };
}

/** Milliseconds, as if the zone were UTC: only differences count. */
function readTime(text: string | null | undefined): number | null {
  const match = TIME.exec(text ?? '');
  if (match === null) return null;
  const [, clock, , month, day, year] = match;
  const time = Date.parse(`${day} ${month} ${year} ${clock} UTC`);
  return Number.isNaN(time) ? null : time;
}
