/** No server may stop us for longer than this, milliseconds. */
const LONGEST_MS = 15 * 60_000;

/** How long a `Retry-After` header asks to wait, in milliseconds: it has seconds or an HTTP date. Null if it has neither. */
export function retryAfterMs(header: string | null | undefined, now: number): number | null {
  const text = header?.trim() ?? '';
  const seconds = /^\d{1,9}$/u.test(text);
  if (!seconds && !text.endsWith('GMT')) return null;
  const wait = seconds ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, 0), LONGEST_MS);
}
