import { flux, type ParameterizedQuery } from '@influxdata/influxdb-client';

/**
 * Finds nothing, yet fails on a wrong address, token, organization or bucket, of which `/ping` sees the address only. A
 * measurement that does not exist is told by the index alone, however many series there are.
 */
export function pingQuery(bucket: string, now: number): ParameterizedQuery {
  const [start, stop] = [new Date(now - 1000), new Date(now)];
  return flux`from(bucket: ${bucket}) |> range(start: ${start}, stop: ${stop}) |> filter(fn: (r) => r._measurement == "netup_ping")`;
}
