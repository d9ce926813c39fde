import { TasksAPI } from '@influxdata/influxdb-client-apis';
import { z } from 'zod';
import type { InfluxAdmin } from '../setup/influx-admin.ts';

const answer = z.object({
  tasks: z.array(
    z.object({
      name: z.string(),
      lastRunStatus: z.string().optional(),
      lastRunError: z.string().optional(),
      latestCompleted: z.string().optional(),
    }),
  ),
});
const PAGE = 500;
const HOUR = 3_600_000;
/** The longest between two runs that end, milliseconds, with room for one that fails. Monthlies run on the first four days. */
const LONGEST: readonly (readonly [suffix: string, milliseconds: number])[] = [
  ['_hourly', 3 * HOUR],
  ['_daily', 50 * HOUR],
  ['_monthly', 30 * 24 * HOUR],
];

export interface TaskRuns {
  readonly name: string;
  /** What the server says of its last run, as it is; null: that one did not fail. */
  readonly error: string | null;
  /** Since when no run has ended, if that is longer than it should be; else null. */
  readonly idleSince: number | null;
}

/** How the tasks of these names do. The time of the newest run is that of the task's making as long as there was none. */
export async function readTaskRuns(
  { attempt, orgId: orgID }: InfluxAdmin,
  names: readonly string[],
  now: number,
): Promise<readonly TaskRuns[]> {
  const { tasks } = await attempt('listing the tasks', async (client) =>
    answer.parse(await new TasksAPI(client).getTasks({ orgID, limit: PAGE })),
  );
  return tasks
    .filter(({ name }) => names.includes(name))
    .map(({ name, lastRunStatus, lastRunError, latestCompleted }) => {
      const since = Date.parse(latestCompleted ?? '');
      const longest = LONGEST.find(([suffix]) => name.endsWith(suffix))?.[1] ?? Number.POSITIVE_INFINITY;
      return {
        name,
        error: lastRunStatus === 'failed' ? (lastRunError ?? '') : null,
        idleSince: now - since > longest ? since : null,
      };
    });
}
