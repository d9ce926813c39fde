import { z } from 'zod';
import type { TimeWindow } from '../telemetry/store.ts';
import { Refusal } from './refusal.ts';

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SHORTEST_MS = 5 * UNITS.m;

/** `2h`: how far back from now. Its length is checked by `windowUpTo`, which can say what is wrong with it. */
export function windowInput(longest: string, standard: string): z.ZodDefault<z.ZodString> {
  return z
    .string()
    .max(10)
    .default(standard)
    .describe(`How far back from now: a number and m, h or d, from 5m to ${longest}, such as 2h.`);
}

/** The time from so long ago to now. Throws a `Refusal` for what is no length, or longer than `longest`. */
export function windowUpTo(now: Date, written: string, longest: string): TimeWindow {
  const length = lengthOf(written);
  const most = lengthOf(longest);
  if (length === null || most === null || length < SHORTEST_MS || length > most) {
    throw new Refusal(`window must be a number and m, h or d, from 5m to ${longest}: for example 2h.`);
  }
  const end = now.getTime();
  return { start: end - length, end };
}

function lengthOf(written: string): number | null {
  const [, digits, unit] = /^(\d{1,5})([mhd])$/u.exec(written) ?? [];
  if (digits === undefined) return null;
  return Number(digits) * (unit === 'm' ? UNITS.m : unit === 'h' ? UNITS.h : UNITS.d);
}
