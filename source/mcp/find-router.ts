import type { Router } from '../model/router.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { findRouter, getRouters } from '../postgres/routers.ts';
import { Refusal } from './refusal.ts';

/** The router with this id, else with this host name. Throws a `Refusal` if the organization has none: whether another has is not told. */
export async function routerOrRefuse(scope: OrganizationScope, id: string): Promise<Router> {
  const [byId] = await getRouters(scope, [id]);
  const router = byId ?? (await findRouter(scope, id));
  if (router !== null) return router;
  throw new Refusal('There is no router with this id or host name: look it up with list_routers.');
}
