import { InfluxRefusal } from './unavailable.ts';

/**
 * What a failed write means. `halve`: something in it is at fault, so send each half by itself. `refused`: the server keeps the rest and
 * not these. `wait`: nothing is wrong with the points; `patient` where only a person can mend it.
 */
export type WriteVerdict =
  | { readonly kind: 'halve' }
  | { readonly kind: 'refused'; readonly points: number }
  | { readonly kind: 'wait'; readonly patient: boolean; readonly atLeastMs: number | null };

const PATIENT: ReadonlySet<number> = new Set([401, 403, 404]);

/** An answer that a proxy could have given never costs a point: only InfluxDB itself can refuse one, in its own JSON. */
export function writeVerdict(error: unknown): WriteVerdict {
  if (!(error instanceof InfluxRefusal)) return { kind: 'wait', patient: false, atLeastMs: null };
  const { status, byInflux, dropped, retryAfterMs } = error;
  // Any proxy can find a request too large, and half of it not.
  if (status === 413) return { kind: 'halve' };
  if (byInflux && status === 422 && dropped !== null) return { kind: 'refused', points: dropped };
  if (byInflux && (status === 400 || status === 422)) return { kind: 'halve' };
  return { kind: 'wait', patient: PATIENT.has(status), atLeastMs: retryAfterMs };
}
