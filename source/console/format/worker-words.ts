import { describeBlackout } from '../../model/blackout.ts';
import type { Schedule } from '../../model/schedule.ts';
import type { UpgradeHold } from '../../postgres/upgrade-hold.ts';
import type { WorkersSeen } from '../loaders/workers.ts';
import type { Tone } from '../theme/tones.ts';

/** A sentence, and whether it is a warning. */
export interface WorkerWords {
  readonly tone: Extract<Tone, 'warn' | 'info'>;
  readonly text: string;
}

/**
 * What becomes of an upgrade that is approved; null while nobody knows if there is a worker. `hold` is what keeps it waiting: null for nothing, left
 * out where it is not known.
 */
export function whatBecomes(
  workers: WorkersSeen | null,
  schedule: Schedule,
  now: number,
  hold?: UpgradeHold | null,
): WorkerWords | null {
  if (workers === null) return null;
  if (workers.workers === 0) {
    return { tone: 'warn', text: 'No worker is connected: it stays approved, and nothing is started.' };
  }
  if (!isDue(schedule, now)) return { tone: 'info', text: 'A worker begins it when it is due.' };
  if (hold !== undefined && hold !== null) return { tone: 'info', text: holdWords(hold) };
  if (workers.busy >= workers.slots) {
    return { tone: 'info', text: `Workers are busy with ${workers.busy} upgrades: one begins it when it can.` };
  }
  const unless = hold === undefined ? ', unless a limit or blackout holds it back' : '';
  return { tone: 'info', text: `A worker begins it at once${unless}.` };
}

/** `It waits for ams-core-06: 1 upgrade at a time runs at its site.` */
export function holdWords(hold: UpgradeHold): string {
  if (hold.limit === 'blackout') return `It waits: ${describeBlackout(hold.blackout)}.`;
  const { limit, most, hostnames } = hold;
  const names = hostnames.slice(0, 3).join(', ');
  if (limit === 'redundancy group') return `It waits for ${names}, which stands in for it.`;
  const where = limit === 'site' ? 'at its site' : 'in the organization';
  if (most === 1) return `It waits for ${names}: one upgrade at a time runs ${where}.`;
  return `It waits: ${most} upgrades run ${where}, which is the limit.`;
}

function isDue(schedule: Schedule, now: number): boolean {
  if (schedule.kind === 'now') return true;
  return (schedule.kind === 'at' ? schedule.at : schedule.opensAt).getTime() <= now;
}
