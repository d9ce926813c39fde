import type postgres from 'postgres';

/** The newest that is known of a router. Times are milliseconds since the epoch; null is what is not known. */
export interface RouterHealth {
  readonly routerId: string;
  /** Percent. */
  readonly cpuMean: number | null;
  readonly cpuLatest: number | null;
  readonly memoryMinFree: number | null;
  readonly memoryLatestFree: number | null;
  readonly criticalErrors: number | null;
  readonly samples: number;
  /** Where the figures begin and end. */
  readonly summaryFrom: number | null;
  readonly newestAt: number | null;
  readonly uptimeSeconds: number | null;
  readonly missing: readonly string[];
  readonly polledAt: number;
  readonly answeredAt: number | null;
  readonly failures: number;
  readonly failedAt: number | null;
  readonly failure: string | null;
}

/** What a process that has read nothing of a router yet knows nothing of: then what is stored stays, with its age. */
const FIGURES = [
  'cpu_mean',
  'cpu_latest',
  'memory_min_free',
  'memory_latest_free',
  'critical_errors',
  'samples',
  'summary_from',
  'newest_at',
] as const;

/**
 * Stores the newest of many routers in one statement; what is stored already, or newer, stays as it is. Gives the ids that no router of
 * the organization has: of these nothing is stored.
 */
export async function writeRouterHealth(
  sql: postgres.ISql,
  collector: string,
  rows: readonly RouterHealth[],
): Promise<readonly string[]> {
  const given = JSON.stringify([...rows].toSorted((a, b) => (a.routerId < b.routerId ? -1 : 1)));
  const unknown = await sql<{ id: string }[]>`
    WITH given AS MATERIALIZED (
      SELECT g.* FROM json_to_recordset(${given}::text::json) AS g ("routerId" text, "cpuMean" real, "cpuLatest" real,
        "memoryMinFree" real, "memoryLatestFree" real, "criticalErrors" integer, samples integer, "summaryFrom" float8,
        "newestAt" float8, "uptimeSeconds" bigint, missing json, "polledAt" float8, "answeredAt" float8, failures integer,
        "failedAt" float8, failure text)
    ), stored AS (
      INSERT INTO router_health AS h (organization_id, router_id, cpu_mean, cpu_latest, memory_min_free, memory_latest_free,
        critical_errors, samples, summary_from, newest_at, uptime_seconds, missing, collector, polled_at, answered_at, failures,
        failed_at, failure)
      SELECT r.organization_id, r.id, g."cpuMean", g."cpuLatest", g."memoryMinFree", g."memoryLatestFree", g."criticalErrors",
        g.samples, to_timestamp(g."summaryFrom" / 1000), to_timestamp(g."newestAt" / 1000), g."uptimeSeconds",
        ARRAY(SELECT json_array_elements_text(g.missing)), ${collector}, to_timestamp(g."polledAt" / 1000),
        to_timestamp(g."answeredAt" / 1000), g.failures, to_timestamp(g."failedAt" / 1000), g.failure
      FROM given AS g JOIN routers AS r ON r.organization_id = current_org_id() AND r.id = g."routerId"
      ON CONFLICT (organization_id, router_id) DO UPDATE SET
        ${sql.unsafe(FIGURES.map((name) => `${name} = CASE WHEN excluded.newest_at IS NULL THEN h.${name} ELSE excluded.${name} END`).join(', '))},
        uptime_seconds = coalesce(excluded.uptime_seconds, h.uptime_seconds), missing = excluded.missing,
        collector = excluded.collector, polled_at = excluded.polled_at,
        answered_at = greatest(excluded.answered_at, h.answered_at), failures = excluded.failures,
        failed_at = coalesce(excluded.failed_at, h.failed_at), failure = excluded.failure
      -- A clock that ran ahead must not keep the right ones out.
      WHERE excluded.polled_at > h.polled_at OR h.polled_at > now() + interval '5 minutes'
    )
    SELECT g."routerId" AS id FROM given AS g
    WHERE NOT EXISTS (SELECT FROM routers AS r WHERE r.organization_id = current_org_id() AND r.id = g."routerId")`;
  return unknown.map(({ id }) => id);
}

/** Notes when routers last answered. Rows that somebody holds are left for the next time. */
export async function writeLastSeen(
  sql: postgres.ISql,
  seen: readonly { readonly routerId: string; readonly at: number }[],
): Promise<void> {
  await sql`
    UPDATE routers AS r SET last_seen_at = to_timestamp(f.at / 1000)
    FROM (
      SELECT o.id, g.at FROM routers AS o
      JOIN unnest(${seen.map(({ routerId }) => routerId)}::text[], ${seen.map(({ at }) => at)}::float8[]) AS g (id, at) ON g.id = o.id
      WHERE o.organization_id = current_org_id() AND (o.last_seen_at IS NULL OR o.last_seen_at < to_timestamp(g.at / 1000))
      FOR NO KEY UPDATE OF o SKIP LOCKED
    ) AS f
    WHERE r.organization_id = current_org_id() AND r.id = f.id`;
}
