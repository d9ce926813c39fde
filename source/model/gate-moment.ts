import { type Blackout, whyBlackedOut } from './blackout.ts';
import type { Gate } from './gate.ts';
import type { Policy } from './policy.ts';
import { type ResolvedSchedule, whyTooLate } from './resolve-schedule.ts';
import type { Schedule } from './schedule.ts';
import { describeWindow, nextOpening } from './weekly-window.ts';

type Finding = Pick<Gate, 'actual' | 'result' | 'advice'>;

/** For which start an upgrade is judged, and who chose it. */
export interface Moment {
  readonly start: ResolvedSchedule;
  readonly now: Date;
  /** A person chose the start, and may choose one outside the policy's window; nobody else may. */
  readonly byPerson: boolean;
  /** It was asked for although a blackout holds: it then waits for the end of that. */
  readonly despiteBlackout: boolean;
}

/** The gate of the maintenance window: the upgrade starts while the policy's window is open. */
export function windowGate(policy: Policy | null, moment: Moment): Gate {
  const base = { id: 'window', title: 'Maintenance window' } as const;
  if (policy === null) {
    const advice = 'Make a policy that covers the router.';
    return { ...base, expected: 'no policy', actual: 'none', result: 'unknown', advice };
  }
  if (!moment.start.ok) {
    const expected = policy.window === null ? 'a start' : describeWindow(policy.window);
    return { ...base, expected, actual: moment.start.reason, result: 'unknown', advice: 'Choose another start.' };
  }
  if (policy.window === null) {
    return { ...base, expected: 'any time', actual: 'none is set', result: 'pass', advice: '' };
  }
  const rule = describeWindow(policy.window);
  const expected = moment.byPerson ? `${rule}, or chosen` : rule;
  return { ...base, expected, ...judgeWindow(policy.window, moment.start.schedule, moment) };
}

function judgeWindow(window: NonNullable<Policy['window']>, schedule: Schedule, { now, byPerson }: Moment): Finding {
  if (schedule.kind === 'window') {
    const late = whyTooLate(schedule, now);
    if (late !== null) return { actual: late, result: 'fail', advice: 'Wait for the next window.' };
    const actual = schedule.opensAt > now ? `opens ${utc(schedule.opensAt)}` : `open until ${utc(schedule.closesAt)}`;
    return { actual, result: 'pass', advice: '' };
  }
  const start = schedule.kind === 'at' && schedule.at > now ? schedule.at : now;
  const opening = nextOpening(window, start);
  if (opening !== null && opening.opensAt <= start) {
    return { actual: `open until ${utc(opening.closesAt)}`, result: 'pass', advice: '' };
  }
  if (byPerson) return { actual: 'closed; start chosen', result: 'pass', advice: '' };
  const closed = opening === null ? 'never opens' : `closed until ${utc(opening.opensAt)}`;
  return { actual: closed, result: 'fail', advice: 'Wait for the window, or let it start in it.' };
}

/** The gate of blackouts: none holds at the start. */
export function blackoutGate(blackouts: readonly Blackout[], site: string | null, moment: Moment): Gate {
  const base = { id: 'blackout', title: 'Blackout', expected: 'none' } as const;
  if (!moment.start.ok) {
    return { ...base, actual: moment.start.reason, result: 'unknown', advice: 'Choose another start.' };
  }
  const reason = whyBlackedOut(blackouts, site, moment.start.schedule, moment.now);
  if (reason === null) return { ...base, actual: 'none', result: 'pass', advice: '' };
  if (moment.despiteBlackout) {
    return { ...base, expected: 'none, or known', actual: reason, result: 'pass', advice: '' };
  }
  return { ...base, actual: reason, result: 'fail', advice: 'Choose a start after it.' };
}

function utc(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
