import type { Point, PointTags } from '../model/telemetry.ts';

/** How far a device's clock may run ahead of ours, in milliseconds. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** Why a point is refused. The keys of `WriteResult.refused`. */
export const REFUSALS = [
  'unknown measurement',
  'tag missing',
  'tag not storable',
  'organization is no uuid',
  'time invalid',
  'time in the future',
  'percentage outside 0-100',
  'rate invalid',
  'count invalid',
  'status is neither 0 nor 1',
  'older than the store keeps',
] as const;

export type Refusal = (typeof REFUSALS)[number];

const MAX_TAG_LENGTH = 253;
/** A count that every store holds as an exact integer. */
const MAX_COUNT = 2_147_483_647;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u;
// The line protocol cannot express a line break in a tag, nor a backslash at its end; PostgreSQL has no NUL; a lone
// surrogate is changed on the way. `u` makes \p{Cs} match lone surrogates only.
const NOT_STORABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|\\$/u;

/** Whether a store can keep this tag value exactly as it is. What it cannot keep, it cannot hold, so no read need ask for it. */
export function isStorableTag(value: string): boolean {
  return value !== '' && value.length <= MAX_TAG_LENGTH && !NOT_STORABLE.test(value);
}

/**
 * Why a point must not be stored, or null if it may. Hand-written, since it runs for every point (100,000 a second), and
 * strict at run time too, since points come from devices. `now` is in milliseconds since the epoch.
 */
export function refusalOf(point: Point, now: number): Refusal | null {
  return tagRefusal(point.tags) ?? timeRefusal(point.time, now) ?? fieldRefusal(point);
}

function tagRefusal(tags: PointTags): Refusal | null {
  return (
    textRefusal(tags.router_id) ??
    (UUID.test(tags.organization) ? null : 'organization is no uuid') ??
    textRefusal(tags.vendor) ??
    textRefusal(tags.site)
  );
}

function textRefusal(value: string): Refusal | null {
  if (typeof value !== 'string' || value.trim() === '') return 'tag missing';
  return isStorableTag(value) ? null : 'tag not storable';
}

function timeRefusal(time: number, now: number): Refusal | null {
  if (!Number.isSafeInteger(time) || time <= 0) return 'time invalid';
  return time > now + CLOCK_SKEW_MS ? 'time in the future' : null;
}

function fieldRefusal(point: Point): Refusal | null {
  switch (point.measurement) {
    case 'cpu':
      return percentRefusal(point.fields.usage_percent);
    case 'memory':
      return percentRefusal(point.fields.free_percent);
    case 'errors':
      if (point.severity !== 'critical' && point.severity !== 'warning') return 'tag not storable';
      return countRefusal(point.fields.error_count);
    case 'interfaces': {
      const { fields } = point;
      return (
        textRefusal(point.interfaceName) ??
        rateRefusal(fields.in_bytes_rate) ??
        rateRefusal(fields.out_bytes_rate) ??
        countRefusal(fields.error_count) ??
        statusRefusal(fields.admin_status) ??
        statusRefusal(fields.oper_status)
      );
    }
    default:
      return unknownMeasurement(point);
  }
}

/** Takes `never`, so that a measurement added to the model does not compile until it is checked here. */
function unknownMeasurement(point: never): Refusal {
  void point;
  return 'unknown measurement';
}

function percentRefusal(value: number): Refusal | null {
  return Number.isFinite(value) && value >= 0 && value <= 100 ? null : 'percentage outside 0-100';
}

function rateRefusal(value: number): Refusal | null {
  return Number.isFinite(value) && value >= 0 ? null : 'rate invalid';
}

function countRefusal(value: number): Refusal | null {
  return Number.isInteger(value) && value >= 0 && value <= MAX_COUNT ? null : 'count invalid';
}

function statusRefusal(value: number): Refusal | null {
  return value === 0 || value === 1 ? null : 'status is neither 0 nor 1';
}
