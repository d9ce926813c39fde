import { whyClockWrong } from '../../model/worker-clock.ts';
import type { DatabaseClock } from '../../postgres/database-clock.ts';
import type { WorkerLog } from './duty.ts';

/**
 * Measures the clock when it is due, and tells of one that is wrong, or right again. Gives whether it was measured for the first time. Times are
 * corrected all the same; what else runs on the computer goes by its own clock.
 */
export function clockWatch(clock: DatabaseClock, log: WorkerLog): () => Promise<boolean> {
  let wrong = false;
  return async () => {
    if (!clock.due) return false;
    const first = !clock.known;
    await clock.measure();
    const why = whyClockWrong(clock.ahead);
    if (why !== null && !wrong) log.warn(`The clock of this computer ${why}. Upgrades go by the database's.`);
    if (why === null && wrong) log.info('The clock of this computer is right again.');
    wrong = why !== null;
    return first;
  };
}
