import { fleetOf } from '../../loaders/fleet.ts';
import type { ConsoleServices } from '../../services.ts';
import { setFilter } from '../../tables/table.ts';
import { fleetTable } from '../fleet/table.ts';
import { fleetRoute } from '../routes.ts';

/** Goes to the fleet as the filter shows it. */
export async function showFleet(services: ConsoleServices, filter: string): Promise<void> {
  const { navigation } = services;
  const before = navigation.current();
  setFilter(services, fleetTable, filter);
  // A key that comes sooner must not find the rows of before.
  await fleetOf(services).rows.settled();
  if (navigation.current() === before) navigation.push(fleetRoute.to({}));
}

/** The terms of a filter that routers of the site meet, and no others. */
export function siteTerms(site: string): string {
  return `site==${/[\s"]/u.test(site) ? `"${site}"` : site}`;
}
