import { BucketsAPI } from '@influxdata/influxdb-client-apis';
import { z } from 'zod';
import type { InfluxAdmin } from '../setup/influx-admin.ts';

/** A bucket, with its description, in which a migration notes how far it is. */
export interface Bucket {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** 0: for ever. */
  readonly retentionSeconds: number;
}

const PAGE = 100;

const bucket = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string().default(''),
    retentionRules: z.array(z.object({ everySeconds: z.number() })),
  })
  .transform(({ id, name, description, retentionRules: [rule] }): Bucket => {
    return { id, name, description, retentionSeconds: rule?.everySeconds ?? 0 };
  });
const answer = z.object({ buckets: z.array(bucket) });

export async function listBuckets({ attempt, orgId: orgID }: InfluxAdmin): Promise<readonly Bucket[]> {
  const found: Bucket[] = [];
  for (;;) {
    const { buckets } = await attempt('listing the buckets', async (client) =>
      answer.parse(await new BucketsAPI(client).getBuckets({ orgID, limit: PAGE, offset: found.length })),
    );
    found.push(...buckets);
    if (buckets.length < PAGE) return found;
  }
}

export function makeBucket({ attempt, orgId: orgID }: InfluxAdmin, wanted: Omit<Bucket, 'id'>): Promise<Bucket> {
  const { name, description, retentionSeconds: everySeconds } = wanted;
  const retentionRules = everySeconds === 0 ? [] : [{ type: 'expire' as const, everySeconds }];
  return attempt(`making the bucket ${name}`, async (client) =>
    bucket.parse(await new BucketsAPI(client).postBuckets({ body: { orgID, name, description, retentionRules } })),
  );
}

/** Changes the name, the description or both, in one request. */
export async function changeBucket(
  { attempt }: InfluxAdmin,
  { id, name }: Bucket,
  change: { readonly name?: string; readonly description?: string },
): Promise<void> {
  await attempt(`changing the bucket ${name}`, (client) =>
    new BucketsAPI(client).patchBucketsID({ bucketID: id, body: change }),
  );
}

export async function dropBucket({ attempt }: InfluxAdmin, { id, name }: Bucket): Promise<void> {
  await attempt(`deleting the bucket ${name}`, (client) => new BucketsAPI(client).deleteBucketsID({ bucketID: id }));
}
