import type { OrganizationScope } from './database.ts';

/** The other routers of each one's redundancy group that are not retired, by host name; ids by id. A router in no group is absent. */
export async function redundancyPeers(
  { sql }: Pick<OrganizationScope, 'sql'>,
  routerIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (routerIds.length === 0) return new Map();
  const rows = await sql<{ id: string; peers: readonly string[] }[]>`
    SELECT r.id, array_agg(p.id ORDER BY p.hostname COLLATE "C") AS peers
    FROM routers AS r
    JOIN routers AS p ON p.organization_id = r.organization_id AND p.redundancy_group = r.redundancy_group
      AND p.id <> r.id AND p.status <> 'retired'
    WHERE r.id = ANY (${[...routerIds]}::text[])
    GROUP BY r.id`;
  return new Map(rows.map(({ id, peers }) => [id, peers]));
}
