import type { Schedule } from '../model/schedule.ts';

/** A schedule as the audit trail keeps it: times in UTC. */
export function scheduleForAudit(schedule: Schedule): Readonly<Record<string, string>> {
  switch (schedule.kind) {
    case 'at':
      return { kind: 'at', at: schedule.at.toISOString() };
    case 'window':
      return { kind: 'window', opensAt: schedule.opensAt.toISOString(), closesAt: schedule.closesAt.toISOString() };
    case 'now':
    default:
      return { kind: 'now' };
  }
}
