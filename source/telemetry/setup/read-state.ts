import { AuthorizationsAPI, BucketsAPI, TasksAPI } from '@influxdata/influxdb-client-apis';
import { z } from 'zod';
import type { InfluxAdmin } from './influx-admin.ts';
import { type FoundBucket, type FoundTask, type FoundToken, permissionText, type ServerState } from './server-state.ts';

/** Entries that InfluxDB lists in one answer at most. */
const BUCKETS_A_PAGE = 100;
const TASKS_A_PAGE = 500;

const bucket = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string().optional(),
  retentionRules: z.array(z.object({ everySeconds: z.number() })),
});
const bucketsAnswer = z.object({ buckets: z.array(bucket) });

const task = z.object({ id: z.string(), name: z.string(), flux: z.string(), status: z.string() });
const tasksAnswer = z.object({ tasks: z.array(task) });

const permission = z.object({
  action: z.string(),
  resource: z.object({ type: z.string(), id: z.string().optional(), orgID: z.string().optional() }),
});
const token = z.object({
  id: z.string(),
  description: z.string().optional(),
  status: z.string(),
  token: z.string().optional(),
  permissions: z.array(permission),
});
const tokensAnswer = z.object({ authorizations: z.array(token) });

/** Reads what there is in the organization. */
export async function readState(admin: InfluxAdmin): Promise<ServerState> {
  const buckets = await readBuckets(admin);
  return { buckets, tasks: await readTasks(admin), tokens: await readTokens(admin, buckets) };
}

async function readBuckets({ attempt, orgId: orgID }: InfluxAdmin): Promise<readonly FoundBucket[]> {
  const found: z.infer<typeof bucket>[] = [];
  for (;;) {
    const page = await attempt('listing the buckets', async (client) =>
      bucketsAnswer.parse(
        await new BucketsAPI(client).getBuckets({ orgID, limit: BUCKETS_A_PAGE, offset: found.length }),
      ),
    );
    found.push(...page.buckets);
    if (page.buckets.length < BUCKETS_A_PAGE) break;
  }
  return found
    .filter(({ type }) => type !== 'system')
    .map(({ id, name, retentionRules: [rule] }) => ({ id, name, retentionSeconds: rule?.everySeconds ?? 0 }));
}

async function readTasks({ attempt, orgId: orgID }: InfluxAdmin): Promise<readonly FoundTask[]> {
  const found: z.infer<typeof task>[] = [];
  for (;;) {
    const after = found.at(-1)?.id;
    const page = await attempt('listing the tasks', async (client) =>
      tasksAnswer.parse(
        await new TasksAPI(client).getTasks({ orgID, limit: TASKS_A_PAGE, ...(after === undefined ? {} : { after }) }),
      ),
    );
    found.push(...page.tasks);
    if (page.tasks.length < TASKS_A_PAGE) break;
  }
  return found.map(({ status, ...rest }) => ({ ...rest, isActive: status === 'active' }));
}

async function readTokens(
  { attempt, orgId: orgID }: InfluxAdmin,
  buckets: readonly FoundBucket[],
): Promise<readonly FoundToken[]> {
  const { authorizations } = await attempt('listing the tokens', async (client) =>
    tokensAnswer.parse(await new AuthorizationsAPI(client).getAuthorizations({ orgID })),
  );
  return authorizations.map(({ id, description, status, token: value, permissions }) => ({
    id,
    name: description ?? '',
    permissions: permissions.map((one) => inWords(one, buckets)).toSorted(),
    isActive: status === 'active',
    value: value === undefined || value === '' ? null : value,
  }));
}

/** Rights to other things than the organization's buckets look like no right that we declare. */
function inWords({ action, resource }: z.infer<typeof permission>, buckets: readonly FoundBucket[]): string {
  if (resource.type !== 'buckets') return `${action} ${resource.type}/${resource.id ?? '*'}`;
  if (resource.id === undefined) {
    return resource.orgID === undefined ? `${action} buckets of every organization` : permissionText(action, null);
  }
  const { id } = resource;
  return permissionText(action, buckets.find((one) => one.id === id)?.name ?? `of id ${id}`);
}
