import { UserError } from '../../config/user-error.ts';
import { quoted } from '../../config/printable.ts';
import type { OrganizationOf } from './series.ts';

/** Whose the routers are that a migration gives an organization to. */
export interface Inventory {
  readonly organizationOf: OrganizationOf;
  /** For the Flux texts: a line for each router, its id, a tab, the organization. */
  readonly text: string;
}

const MOST_NAMES = 10;

/**
 * Finds the organization of each router. `owners` are the organizations (uuids) that have a router of that id; `fallback` is taken where
 * there is none. A router that several have belongs to the fallback, if that is one of them. Throws a `UserError` that lists
 * the routers whose organization is not known.
 */
export function assignOrganizations(
  routerIds: Iterable<string>,
  owners: ReadonlyMap<string, readonly string[]>,
  fallback: string | null,
): Inventory {
  const known = new Map<string, string>();
  const unknown: string[] = [];
  const shared: string[] = [];
  for (const id of new Set(routerIds)) {
    const [only, ...others] = owners.get(id) ?? [];
    if (only !== undefined && others.length === 0) known.set(id, only);
    else if (fallback !== null && (only === undefined || only === fallback || others.includes(fallback)))
      known.set(id, fallback);
    else if (only === undefined) unknown.push(id);
    else shared.push(id);
  }
  const faults = [
    ...(unknown.length === 0
      ? []
      : [`Points without an organization are of routers that are not in the inventory: ${listed(unknown)}.`]),
    ...(shared.length === 0
      ? []
      : [`Points without an organization are of routers that several organizations have: ${listed(shared)}.`]),
  ];
  if (faults.length > 0) {
    throw new UserError(
      `${faults.join('\n')}\nNothing was changed. Give --default-organization SLUG to say whose they are, or add them to the inventory.`,
    );
  }
  // Flux needs at least one line.
  const lines = new Map([['', ''], ...known]);
  return {
    organizationOf: (id) => known.get(id) ?? null,
    text: [...lines].map(([id, organization]) => `${id}\t${organization}`).join('\n'),
  };
}

function listed(ids: readonly string[]): string {
  const some = ids
    .toSorted()
    .slice(0, MOST_NAMES)
    .map((id) => (id === '' ? 'no router_id at all' : quoted(id)))
    .join(', ');
  return ids.length > MOST_NAMES ? `${some} and ${ids.length - MOST_NAMES} more` : some;
}
