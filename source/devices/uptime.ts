const SECONDS: Readonly<Record<string, number>> = {
  year: 365 * 86_400,
  week: 7 * 86_400,
  day: 86_400,
  hour: 3600,
  minute: 60,
  second: 1,
};

/** Seconds in `2 years, 31 weeks, 6 days, 9 hours and 55 minutes`; null if nothing of the kind is in it. A year is 365 days. */
export function parseUptime(text: string): number | null {
  let total: number | null = null;
  for (const [, count, unit] of text.matchAll(/(\d{1,6}) (year|week|day|hour|minute|second)s?\b/gu)) {
    total = (total ?? 0) + Number(count) * (SECONDS[unit ?? ''] ?? 0);
  }
  return total;
}
