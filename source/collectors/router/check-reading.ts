import { z } from 'zod';
import type { Point } from '../../model/telemetry.ts';
import { cleanLine } from '../../model/text.ts';
import { refusalOf } from '../../telemetry/validate-point.ts';
import type { DeviceFacts, PollTarget } from '../poller.ts';

/** Something that was read and is not believed. */
export interface Doubt {
  readonly reason: string;
  /** Which measurement or fact; empty: the whole reading. */
  readonly field: string;
  readonly sample: string;
}

/** A reading, of which only what can be true is left. */
export interface CheckedReading {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly points: readonly Point[];
  readonly facts: DeviceFacts | null;
  readonly missing: readonly string[];
  readonly doubts: readonly Doubt[];
}

const MOST_MISSING = 20;
const LONGEST_SAMPLE = 500;
const YEARS_100 = 100 * 365 * 86_400;

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** By hand, since it runs for every point; what is in a point is judged one by one below. */
function isPointLike(value: unknown): boolean {
  return isObject(value) && 'tags' in value && isObject(value.tags) && 'fields' in value && isObject(value.fields);
}

const readingSchema = z.object({
  at: z.number().int().positive(),
  points: z.array(z.custom<Point>(isPointLike)),
  facts: z.object({ version: z.unknown(), serial: z.unknown(), uptimeSeconds: z.unknown() }).nullable(),
  missing: z.array(z.string()),
});

const word = (longest: number): z.ZodType<string> =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u);
const version = word(64);
const serial = word(128);
const uptime = z.number().min(0).max(YEARS_100);

/** Looks at everything that a poller read of a router. `now`: milliseconds since the epoch. */
export function checkReading(target: PollTarget, reading: unknown, now: number): CheckedReading {
  const parsed = readingSchema.safeParse(reading);
  if (!parsed.success) {
    const doubt = { reason: 'not a reading', field: '', sample: sampleOf(reading) };
    return { at: now, points: [], facts: null, missing: [], doubts: [doubt] };
  }
  const { at, points, facts, missing } = parsed.data;
  const doubts: Doubt[] = [];
  const believed = points.filter((point) => {
    const reason = doubtOf(target, point, now);
    if (reason !== null) doubts.push({ reason, field: fieldOf(point), sample: sampleOf(point) });
    return reason === null;
  });
  const fact = <T>(field: string, schema: z.ZodType<T>, value: unknown): T | null => {
    if (value === null || value === undefined) return null;
    const good = schema.safeParse(value);
    if (good.success) return good.data;
    doubts.push({ reason: 'impossible value', field, sample: sampleOf(value) });
    return null;
  };
  return {
    at: Math.min(at, now),
    points: believed,
    facts:
      facts === null
        ? null
        : {
            version: fact('version', version, facts.version),
            serial: fact('serial', serial, facts.serial),
            uptimeSeconds: fact('uptime', uptime, facts.uptimeSeconds),
          },
    missing: missing.slice(0, MOST_MISSING).map((sentence) => cleanLine(sentence).slice(0, 200)),
    doubts,
  };
}

function doubtOf({ organizationId, routerId }: PollTarget, point: Point, now: number): string | null {
  if (point.tags.organization !== organizationId) return 'tag of another organization';
  if (point.tags.router_id !== routerId) return 'tag of another router';
  return refusalOf(point, now);
}

function fieldOf(point: { readonly measurement: unknown }): string {
  return cleanLine(String(point.measurement)).slice(0, 64);
}

function sampleOf(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
  return cleanLine(text ?? String(value))
    .replaceAll('\u0000', '')
    .slice(0, LONGEST_SAMPLE);
}
