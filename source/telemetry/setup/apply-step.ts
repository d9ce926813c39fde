import { AuthorizationsAPI, BucketsAPI, type Permission, TasksAPI } from '@influxdata/influxdb-client-apis';
import { z } from 'zod';
import { UserError } from '../../config/user-error.ts';
import type { InfluxAdmin } from './influx-admin.ts';
import type { DeclaredToken } from './influx-schema.ts';
import type { Step } from './plan.ts';

/** A token's value. */
export interface IssuedToken {
  readonly name: string;
  readonly value: string;
}

const idAnswer = z.object({ id: z.string() });
const tokenAnswer = z.object({ token: z.string().min(1) });
const bucketsAnswer = z.object({ buckets: z.array(z.object({ id: z.string(), name: z.string() })) });

/** Makes one change. Resolves with the new token of a step that makes one, else with null. */
export async function applyStep(admin: InfluxAdmin, step: Step): Promise<IssuedToken | null> {
  if (step.kind === 'create-token') return createToken(admin, step.token);
  await changeServer(admin, step);
  return null;
}

async function changeServer(
  { attempt, orgId: orgID }: InfluxAdmin,
  step: Exclude<Step, { kind: 'create-token' }>,
): Promise<void> {
  switch (step.kind) {
    case 'create-bucket': {
      const { name, description, retentionSeconds } = step.bucket;
      const retentionRules = [{ type: 'expire' as const, everySeconds: retentionSeconds }];
      return attempt(`making the bucket ${name}`, async (client) => {
        idAnswer.parse(
          await new BucketsAPI(client).postBuckets({ body: { orgID, name, description, retentionRules } }),
        );
      });
    }
    case 'set-retention': {
      const { found, retentionSeconds: everySeconds } = step;
      const retentionRules = [{ type: 'expire' as const, everySeconds }];
      return attempt(`changing the bucket ${found.name}`, async (client) => {
        await new BucketsAPI(client).patchBucketsID({ bucketID: found.id, body: { retentionRules } });
      });
    }
    case 'create-task': {
      const { name, flux } = step.task;
      return attempt(`making the task ${name}`, async (client) => {
        idAnswer.parse(await new TasksAPI(client).postTasks({ body: { orgID, flux, status: 'active' } }));
      });
    }
    case 'change-task': {
      const { flux, name } = step.task;
      return attempt(`changing the task ${name}`, async (client) => {
        await new TasksAPI(client).patchTasksID({ taskID: step.id, body: { flux, status: 'active' } });
      });
    }
    case 'activate-token':
      return attempt(`switching the token ${step.name} on`, async (client) => {
        await new AuthorizationsAPI(client).patchAuthorizationsID({ authID: step.id, body: { status: 'active' } });
      });
    case 'delete-token':
      return attempt(`deleting a token ${step.found.name}`, async (client) => {
        await new AuthorizationsAPI(client).deleteAuthorizationsID({ authID: step.found.id });
      });
  }
}

async function createToken(admin: InfluxAdmin, { name, permissions }: DeclaredToken): Promise<IssuedToken> {
  const { attempt, orgId: orgID } = admin;
  const wanted: Permission[] = [];
  for (const { action, bucket } of permissions) {
    const id = bucket === null ? {} : { id: await bucketId(admin, bucket) };
    wanted.push({ action, resource: { type: 'buckets', orgID, ...id } });
  }
  return attempt(`making the token ${name}`, async (client) => {
    const body = { orgID, description: name, permissions: wanted };
    const { token } = tokenAnswer.parse(await new AuthorizationsAPI(client).postAuthorizations({ body }));
    return { name, value: token };
  });
}

async function bucketId({ attempt, orgId: orgID, org }: InfluxAdmin, name: string): Promise<string> {
  const { buckets } = await attempt(`looking for the bucket ${name}`, async (client) =>
    bucketsAnswer.parse(await new BucketsAPI(client).getBuckets({ orgID, name })),
  );
  const found = buckets.find((bucket) => bucket.name === name);
  if (found === undefined)
    throw new UserError(`The bucket ${name} has gone from the organization ${org}; run it again.`);
  return found.id;
}
