import type { Schedule } from '../../model/schedule.ts';
import type { WorkersSeen } from '../loaders/workers.ts';
import type { Tone } from '../theme/tones.ts';

/** A sentence, and whether it is a warning. */
export interface WorkerWords {
  readonly tone: Extract<Tone, 'warn' | 'info'>;
  readonly text: string;
}

/** What becomes of an upgrade that is approved; null while nobody knows if there is a worker. */
export function whatBecomes(workers: WorkersSeen | null, schedule: Schedule, now: number): WorkerWords | null {
  if (workers === null) return null;
  if (workers.workers === 0) {
    return { tone: 'warn', text: 'No worker is connected: it stays approved, and nothing is started.' };
  }
  if (!isDue(schedule, now)) return { tone: 'info', text: 'A worker begins it when it is due.' };
  if (workers.busy >= workers.slots) {
    return { tone: 'info', text: `Workers are busy with ${workers.busy} upgrades: one begins it when it can.` };
  }
  return { tone: 'info', text: 'A worker begins it at once.' };
}

function isDue(schedule: Schedule, now: number): boolean {
  if (schedule.kind === 'now') return true;
  return (schedule.kind === 'at' ? schedule.at : schedule.opensAt).getTime() <= now;
}
