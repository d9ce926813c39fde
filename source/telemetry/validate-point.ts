import { type FurtherTag, MEASUREMENTS } from '../model/measurements/definitions.ts';
import type { Point, PointTags } from '../model/telemetry.ts';
import { fieldCheck, type FieldRefusal } from './refuse-fields.ts';

/** How far a device's clock may run ahead of ours, in milliseconds. */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** Why a point is refused. The keys of `WriteResult.refused`. */
export type Refusal =
  | 'unknown measurement'
  | 'tag missing'
  | 'tag not storable'
  | 'tag not in the list'
  | 'organization is no uuid'
  | 'time invalid'
  | 'time in the future'
  | 'older than the store keeps'
  | FieldRefusal;

const MAX_TAG_LENGTH = 253;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u;
// The line protocol cannot express a line break in a tag, nor a backslash at its end; PostgreSQL has no NUL; a lone
// surrogate is changed on the way. `u` makes \p{Cs} match lone surrogates only.
const NOT_STORABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|\\$/u;

/** Whether a store can keep this tag value exactly as it is. What it cannot keep, it cannot hold, so no read need ask for it. */
export function isStorableTag(value: string): boolean {
  return value !== '' && value.length <= MAX_TAG_LENGTH && !NOT_STORABLE.test(value);
}

/** By measurement: the check of its own tag and of its fields. */
const CHECKS = new Map(
  Object.entries(MEASUREMENTS).map(([name, measurement]) => [
    name,
    { tag: measurement.tag, refuseFields: fieldCheck(measurement) },
  ]),
);

/**
 * Why a point must not be stored, or null if it may: the first reason that is found. Fast, since it runs for every point
 * (100,000 a second), and strict at run time too, since points come from devices. `now` is in milliseconds since the epoch.
 */
export function refusalOf(point: Point, now: number): Refusal | null {
  const checks = CHECKS.get(point.measurement);
  if (checks === undefined) return 'unknown measurement';
  return (
    tagRefusal(point.tags) ??
    timeRefusal(point.time, now) ??
    furtherTagRefusal(checks.tag, point) ??
    checks.refuseFields(point.fields)
  );
}

function tagRefusal(tags: PointTags): Refusal | null {
  return (
    textRefusal(tags.router_id) ??
    (UUID.test(tags.organization) ? null : 'organization is no uuid') ??
    textRefusal(tags.vendor) ??
    textRefusal(tags.site)
  );
}

function textRefusal(value: unknown): Refusal | null {
  if (typeof value !== 'string' || value.trim() === '') return 'tag missing';
  return isStorableTag(value) ? null : 'tag not storable';
}

function timeRefusal(time: number, now: number): Refusal | null {
  if (!Number.isSafeInteger(time) || time <= 0) return 'time invalid';
  return time > now + CLOCK_SKEW_MS ? 'time in the future' : null;
}

function furtherTagRefusal(tag: FurtherTag | null, point: Readonly<Record<string, unknown>>): Refusal | null {
  if (tag === null) return null;
  const value = point[tag.property];
  if (tag.values === null || typeof value !== 'string') return textRefusal(value);
  return tag.values.includes(value) ? null : 'tag not in the list';
}
