import { flux, type ParameterizedQuery } from '@influxdata/influxdb-client';

/** Reads almost nothing, yet fails on a wrong address, token, organization or bucket; `/ping` only sees the address. */
export function pingQuery(bucket: string, now: number): ParameterizedQuery {
  const [start, stop] = [new Date(now - 1000), new Date(now)];
  return flux`from(bucket: ${bucket}) |> range(start: ${start}, stop: ${stop}) |> filter(fn: (r) => r._measurement == "cpu" and r._field == "usage_percent") |> limit(n: 1) |> keep(columns: ["_time"])`;
}
