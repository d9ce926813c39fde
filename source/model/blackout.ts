import type { Schedule } from './schedule.ts';
import { cleanLine } from './text.ts';
import { LEAST_OPENING_MS } from './weekly-window.ts';

/** A time in which no upgrade begins. */
export interface Blackout {
  readonly id: string;
  /** Name of the site; null: everywhere in the organization. */
  readonly site: string | null;
  readonly from: Date;
  /** The first instant that is free again. */
  readonly to: Date;
  readonly reason: string;
  /** Login name. */
  readonly createdBy: string;
}

/** Characters of a reason, at most. */
export const LONGEST_BLACKOUT_REASON = 200;

/** Whether a blackout holds at a site (null: a router without one) at a time. */
function isBlackedOut(
  { site, from, to }: Blackout,
  at: { readonly site: string | null; readonly time: Date },
): boolean {
  return (site === null || site === at.site) && from <= at.time && at.time < to;
}

/**
 * Why a schedule cannot be kept for blackouts, as one clause; null if it can. A window can if 15 minutes of it are left when they are over.
 */
export function whyBlackedOut(
  blackouts: readonly Blackout[],
  site: string | null,
  schedule: Schedule,
  now: Date,
): string | null {
  let time = begins(schedule, now);
  for (;;) {
    const blackout = blackouts.find((each) => isBlackedOut(each, { site, time }));
    if (blackout === undefined) return null;
    const stillOpen =
      schedule.kind === 'window' && blackout.to.getTime() + LEAST_OPENING_MS <= schedule.closesAt.getTime();
    if (!stillOpen) return describeBlackout(blackout);
    time = blackout.to;
  }
}

/** `a blackout at ams lasts until 2026-12-27 00:00 UTC (holidays)` */
export function describeBlackout({ site, to, reason }: Blackout): string {
  const where = site === null ? '' : ` at ${cleanLine(site)}`;
  return `a blackout${where} lasts until ${to.toISOString().slice(0, 16).replace('T', ' ')} UTC (${cleanLine(reason)})`;
}

function begins(schedule: Schedule, now: Date): Date {
  if (schedule.kind === 'now') return now;
  const start = schedule.kind === 'at' ? schedule.at : schedule.opensAt;
  return start > now ? start : now;
}
