import { TasksAPI } from '@influxdata/influxdb-client-apis';
import { z } from 'zod';
import type { InfluxAdmin } from '../setup/influx-admin.ts';

const answer = z.object({
  tasks: z.array(
    z.object({ name: z.string(), lastRunStatus: z.string().optional(), lastRunError: z.string().optional() }),
  ),
});
const PAGE = 500;

export interface FailedTask {
  readonly name: string;
  /** What the server says, as it is. */
  readonly error: string;
}

/** The tasks of these names whose last run failed. */
export async function failedTasks(
  { attempt, orgId: orgID }: InfluxAdmin,
  names: readonly string[],
): Promise<readonly FailedTask[]> {
  const { tasks } = await attempt('listing the tasks', async (client) =>
    answer.parse(await new TasksAPI(client).getTasks({ orgID, limit: PAGE })),
  );
  return tasks
    .filter(({ name, lastRunStatus }) => names.includes(name) && lastRunStatus === 'failed')
    .map(({ name, lastRunError }) => ({ name, error: lastRunError ?? '' }));
}
