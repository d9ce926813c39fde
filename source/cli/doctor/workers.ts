import { whyClockWrong } from '../../model/worker-clock.ts';
import { listWorkers } from '../../postgres/workers.ts';
import type { Context } from '../context.ts';
import { type Finding, warn } from './finding.ts';

/** Whether the clocks of the workers that are there are right; nothing where they are. */
export async function checkWorkers({ database }: Context): Promise<readonly Finding[]> {
  const workers = await listWorkers(database);
  return workers.flatMap(({ host, pid, clockAhead }) => {
    const why = whyClockWrong(clockAhead);
    if (why === null) return [];
    return warn(
      'workers',
      `the clock of ${host} (worker ${pid}) ${why}`,
      'Upgrades go by the database; keep NTP running on it.',
    );
  });
}
