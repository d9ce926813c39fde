/** A time with its zone, as 2026-12-01T02:00Z; null for anything else: without a zone it would mean another instant on another machine. */
export function readTime(written: string): Date | null {
  const time = new Date(written);
  return Number.isNaN(time.getTime()) || !/(?:Z|[+-]\d\d:?\d\d)$/u.test(written) ? null : time;
}
