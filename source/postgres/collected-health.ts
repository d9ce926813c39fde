import { z } from 'zod';
import type { HealthSummary } from '../model/health.ts';
import type { OrganizationScope } from './database.ts';

const figure = z.number().nullable();
const rowSchema = z.tuple([z.string(), figure, figure, figure, figure, figure, z.number(), figure, figure]);
const BATCHES = { first: 2000, rest: 5000 };

/** A summary says something of all errors of its window if it began this soon after the window did. */
const NEARLY_WHOLE_MS = 10 * 60_000;

/**
 * The health that collectors wrote of the routers that they read `since` then. Summaries begin when a collector began to poll the router: if that
 * is later than `windowStart`, there is no count of errors unless there were any. They have no greatest CPU. Times are milliseconds since the epoch.
 */
export async function collectedHealth(
  scope: OrganizationScope,
  { since, windowStart }: { readonly since: number; readonly windowStart: number },
): Promise<ReadonlyMap<string, HealthSummary>> {
  const batches = scope.batches(
    (sql) => sql`
      SELECT router_id, cpu_mean, cpu_latest, memory_min_free, memory_latest_free, critical_errors, samples,
        round(extract(epoch FROM newest_at) * 1000)::float8, round(extract(epoch FROM summary_from) * 1000)::float8
      FROM router_health WHERE newest_at >= to_timestamp(${since}::float8 / 1000)`,
    BATCHES,
  );
  const found = new Map<string, HealthSummary>();
  for await (const rows of batches) {
    for (const row of rows) {
      const [id, cpuMean, cpuLatest, memoryMinFree, memoryLatestFree, errors, samples, newestAt, from] =
        rowSchema.parse(row);
      const isWhole = from !== null && from <= windowStart + NEARLY_WHOLE_MS;
      const criticalErrors = errors !== null && (isWhole || errors > 0) ? errors : null;
      const common = { cpuMean, cpuMax: null, cpuLatest, memoryMinFree, memoryLatestFree };
      found.set(id, { ...common, criticalErrors, samples, newestAt });
    }
  }
  return found;
}
