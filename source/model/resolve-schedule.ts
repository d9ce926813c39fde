import type { Policy } from './policy.ts';
import type { Schedule, ScheduleChoice } from './schedule.ts';
import { cleanLine } from './text.ts';
import { LEAST_OPENING_MS, nextOpening } from './weekly-window.ts';

/** A chosen start as an instant, or one clause saying why it cannot be. */
export type ResolvedSchedule =
  { readonly ok: true; readonly schedule: Schedule } | { readonly ok: false; readonly reason: string };

/** Nobody plans an upgrade further ahead; a later date is a slip of the keyboard. */
const FURTHEST_AHEAD_MS = 366 * 86_400_000;
const LATEST_START_MS = 4 * 3_600_000;

/** Turns a choice into a schedule: the time is checked, and the policy's weekly window becomes its next opening. */
export function resolveSchedule(choice: ScheduleChoice, policy: Policy | null, now: Date): ResolvedSchedule {
  if (choice.kind === 'at') return resolveTime(choice.at, now);
  return choice.kind === 'window' ? resolveWindow(policy, now) : { ok: true, schedule: choice };
}

/**
 * Why a schedule can no longer be kept, as one clause; null while it can. A start is kept up to 15 minutes late; a window as
 * long as 15 minutes of it are left.
 */
export function whyTooLate(schedule: Schedule, now: Date): string | null {
  if (schedule.kind === 'at' && now.getTime() > schedule.at.getTime() + LEAST_OPENING_MS) {
    return `its time, ${utc(schedule.at)}, has passed`;
  }
  if (schedule.kind === 'window' && now.getTime() > schedule.closesAt.getTime() - LEAST_OPENING_MS) {
    return `its window closes at ${utc(schedule.closesAt)}, which is too late to begin`;
  }
  return null;
}

/**
 * Why an upgrade that is due must not begin any more, as one clause; null if it may. Limits, waves and blackouts can keep one waiting beyond the
 * time that was chosen for it, but not for longer than 4 hours: people have stopped watching by then.
 */
export function whyTooLateToBegin(schedule: Schedule, now: Date): string | null {
  if (schedule.kind !== 'at') return whyTooLate(schedule, now);
  if (now.getTime() <= schedule.at.getTime() + LATEST_START_MS) return null;
  return `its time, ${utc(schedule.at)}, passed more than 4 hours ago`;
}

function resolveTime(at: Date, now: Date): ResolvedSchedule {
  const ahead = at.getTime() - now.getTime();
  if (Number.isNaN(ahead)) return { ok: false, reason: 'the time is not a date' };
  if (ahead <= 0) return { ok: false, reason: `the time ${utc(at)} has passed` };
  if (ahead > FURTHEST_AHEAD_MS) return { ok: false, reason: `the time ${utc(at)} is more than a year ahead` };
  return { ok: true, schedule: { kind: 'at', at } };
}

function resolveWindow(policy: Policy | null, now: Date): ResolvedSchedule {
  if (policy === null) return { ok: false, reason: 'no policy applies, so there is no maintenance window' };
  const name = cleanLine(policy.name);
  if (policy.window === null) return { ok: false, reason: `the policy ${name} has no maintenance window` };
  const opening = nextOpening(policy.window, now);
  if (opening !== null) return { ok: true, schedule: { kind: 'window', ...opening } };
  return { ok: false, reason: `the maintenance window of the policy ${name} never opens (${policy.window.timeZone})` };
}

function utc(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
