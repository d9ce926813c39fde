import { AuthorizationsAPI, BucketsAPI, TasksAPI } from '@influxdata/influxdb-client-apis';
import type { InfluxAdmin } from '../../source/telemetry/setup/influx-admin.ts';
import { readState } from '../../source/telemetry/setup/read-state.ts';

/** Makes a server that was set up differ in every way that a setup repairs, and adds a bucket, a task and a token of somebody else's. */
export async function makeDrift(admin: InfluxAdmin): Promise<void> {
  await admin.attempt('making drift', async (client) => {
    const [buckets, tasks, tokens] = [new BucketsAPI(client), new TasksAPI(client), new AuthorizationsAPI(client)];
    const state = await readState(admin);
    const idOf = (list: readonly { id: string; name: string }[], name: string) =>
      list.find((one) => one.name === name)?.id ?? '';
    const flux = 'option task = {name: "cpu_hourly", every: 2h}\nfrom(bucket: "telemetry") |> range(start: -1h)';
    const retentionRules = [{ type: 'expire' as const, everySeconds: 30 * 86_400 }];
    await buckets.patchBucketsID({ bucketID: idOf(state.buckets, 'telemetry_aggregated'), body: { retentionRules } });
    await buckets.deleteBucketsID({ bucketID: idOf(state.buckets, 'telemetry_historical') });
    await tasks.patchTasksID({ taskID: idOf(state.tasks, 'cpu_hourly'), body: { flux } });
    await tasks.patchTasksID({ taskID: idOf(state.tasks, 'memory_daily'), body: { status: 'inactive' } });
    await tasks.deleteTasksID({ taskID: idOf(state.tasks, 'system_monthly') });
    await tokens.deleteAuthorizationsID({ authID: idOf(state.tokens, 'grafana_readonly') });
    const resource = { type: 'buckets' as const, orgID: admin.orgId };
    const both = [
      { action: 'read' as const, resource },
      { action: 'write' as const, resource },
    ];
    await tokens.postAuthorizations({
      body: { orgID: admin.orgId, description: 'grafana_readonly', permissions: both },
    });
    await tokens.postAuthorizations({
      body: { orgID: admin.orgId, description: 'theirs\u001b[31m', permissions: both },
    });
    await buckets.postBuckets({ body: { orgID: admin.orgId, name: 'theirs', retentionRules: [] } });
    await tasks.postTasks({ body: { orgID: admin.orgId, flux: flux.replace('cpu_hourly', 'theirs') } });
  });
}
