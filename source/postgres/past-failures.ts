import type { PastFailure } from '../model/gate-failures.ts';
import { oneOf } from './columns.ts';
import type { OrganizationScope } from './database.ts';

/** Upgrades of the routers that failed or were rolled back since a time, newest first, by router id. */
export async function pastFailures(
  { sql }: Pick<OrganizationScope, 'sql'>,
  routerIds: readonly string[],
  since: Date,
): Promise<ReadonlyMap<string, readonly PastFailure[]>> {
  if (routerIds.length === 0) return new Map();
  const rows = await sql<{ routerId: string; upgradeId: string; status: string; at: number }[]>`
    SELECT u.router_id AS "routerId", u.id::text AS "upgradeId", u.status,
      (extract(epoch FROM coalesce(u.finished_at, u.closed_at, u.updated_at)) * 1000)::float8 AS at
    FROM upgrades AS u
    WHERE u.router_id = ANY (${[...routerIds]}::text[]) AND u.status IN ('failed', 'rolled_back')
      AND coalesce(u.finished_at, u.closed_at, u.updated_at) >= ${since}
    ORDER BY 4 DESC`;
  const found = new Map<string, PastFailure[]>();
  for (const { routerId, upgradeId, status, at } of rows) {
    const failure = { upgradeId, status: oneOf(['failed', 'rolled_back'], status, 'upgrades.status'), at };
    found.set(routerId, [...(found.get(routerId) ?? []), failure]);
  }
  return found;
}
