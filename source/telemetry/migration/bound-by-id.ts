import { DbrpsAPI } from '@influxdata/influxdb-client-apis';
import { z } from 'zod';
import { cleanLine } from '../../model/text.ts';
import type { InfluxAdmin } from '../setup/influx-admin.ts';
import { readState } from '../setup/read-state.ts';
import type { Bucket } from './buckets.ts';

const mappings = z.object({
  content: z
    .array(z.object({ database: z.string(), bucketID: z.string(), virtual: z.boolean().optional() }))
    .optional(),
});

/**
 * What knows a bucket by its id and so stays with it when its name goes to another: tokens with rights on it, but for `ours`, and
 * mappings of databases of InfluxDB 1. In words. Tasks and queries name buckets, and follow the name.
 */
export async function boundById(
  admin: InfluxAdmin,
  bucket: Bucket,
  ours: readonly string[],
): Promise<readonly string[]> {
  const { tokens } = await readState(admin);
  const rights = new Set(['read', 'write'].map((action) => `${action} buckets/${bucket.name}`));
  const { content = [] } = await admin.attempt('listing the mappings of databases', async (client) =>
    mappings.parse(await new DbrpsAPI(client).getDBRPs({ orgID: admin.orgId, bucketID: bucket.id })),
  );
  return [
    ...tokens
      .filter(({ name, permissions }) => !ours.includes(name) && permissions.some((one) => rights.has(one)))
      .map(({ name }) => `the token "${cleanLine(name)}"`),
    ...content
      .filter(({ bucketID, virtual }) => bucketID === bucket.id && virtual !== true)
      .map(({ database }) => `the mapping of the database "${cleanLine(database)}"`),
  ];
}
