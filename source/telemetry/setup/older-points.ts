import { flux } from '@influxdata/influxdb-client';
import { eachRow } from '../influx/rows.ts';
import type { InfluxAdmin } from './influx-admin.ts';

/** Whether a bucket has points that a retention of so many seconds would drop. */
export async function hasOlderPoints(
  { attempt, org }: InfluxAdmin,
  bucket: string,
  retentionSeconds: number,
  now: number,
): Promise<boolean> {
  const stop = new Date(now - retentionSeconds * 1000);
  const query = flux`from(bucket: ${bucket})
    |> range(start: 1970-01-01T00:00:00Z, stop: ${stop})
    |> limit(n: 1)
    |> group()
    |> limit(n: 1)
    |> keep(columns: ["_time"])`;
  let isFound = false;
  await attempt(`looking for old points in ${bucket}`, (client) =>
    eachRow(client, org, query, () => {
      isFound = true;
    }),
  );
  return isFound;
}
