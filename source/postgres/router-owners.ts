import { becomeOwner } from './become-owner.ts';
import type { Database } from './database.ts';

/** Who has which routers, over all organizations. */
export interface RouterOwners {
  /** Ids of organizations by their slugs. */
  readonly organizations: ReadonlyMap<string, string>;
  /** By id of a router: the ids of the organizations that have one. */
  readonly owners: ReadonlyMap<string, readonly string[]>;
}

/** Reads them as the administrator of the database, who may become `netup_owner`. */
export async function readRouterOwners(admin: Database): Promise<RouterOwners> {
  const organizations = await admin.transaction(async (sql) => {
    await becomeOwner(sql);
    return sql<{ id: string; slug: string }[]>`SELECT id::text, slug FROM organizations ORDER BY slug`;
  });
  const owners = new Map<string, string[]>();
  for (const { id } of organizations) {
    const routers = await admin.organization(id).transaction(async (sql) => {
      await becomeOwner(sql);
      return sql<{ id: string }[]>`SELECT id FROM routers`;
    });
    for (const router of routers) owners.set(router.id, [...(owners.get(router.id) ?? []), id]);
  }
  return { organizations: new Map(organizations.map(({ id, slug }) => [slug, id])), owners };
}
