import { isLimit } from '../../telemetry/checks/limits.ts';
import { readFields, readOutside, readUntagged, strangersAmong } from '../../telemetry/checks/read-checks.ts';
import type { InfluxConnection } from '../../telemetry/influx/connection.ts';
import type { IntegrityReader } from './context.ts';

/** Routers that are named for one field. */
const MOST_ROUTERS = 20;

/** Looks at the points in InfluxDB; null: telemetry is in tables of PostgreSQL, which take no wrong ones. */
export function integrityReader(connection: InfluxConnection | null): IntegrityReader {
  return async (organizationId, window) => {
    if (connection === null) return { checkedBy: 'constraints', outside: [], untagged: [], otherTypes: [] };
    const fields = await readFields(connection, window, organizationId);
    const [outside, untagged] = await Promise.all([
      readOutside(connection, window, fields, organizationId),
      readUntagged(connection, window, organizationId),
    ]);
    return {
      checkedBy: 'readings',
      outside: outside.map(({ limited: { measurement, field, min, max }, routers }) => ({
        measurement,
        field,
        min: isLimit(min) ? min : null,
        max: isLimit(max) ? max : null,
        points: [...routers.values()].reduce((sum, count) => sum + count, 0),
        routerIds: [...routers.keys()].toSorted().slice(0, MOST_ROUTERS),
      })),
      untagged: [...untagged].map(([measurement, points]) => ({ measurement, points })),
      otherTypes: strangersAmong(fields).types,
    };
  };
}
