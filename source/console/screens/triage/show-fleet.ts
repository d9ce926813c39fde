import { fleetOf } from '../../loaders/fleet.ts';
import type { ConsoleServices } from '../../services.ts';
import { textState } from '../../state/text-state.ts';
import { setFilterText } from '../fleet/state.ts';
import { fleetRoute } from '../routes.ts';

/** Goes to the fleet as the filter shows it. */
export async function showFleet(services: ConsoleServices, filter: string): Promise<void> {
  const { navigation } = services;
  const before = navigation.current();
  setFilterText(services, textState(filter));
  // A key that comes sooner must not find the rows of before.
  await fleetOf(services).rows.settled();
  if (navigation.current() === before) navigation.push(fleetRoute.to({}));
}

/** The terms of a filter that routers of the site meet, and no others. */
export function siteTerms(site: string): string {
  // A filter has no way to write a blank in a value: such a site is found by its words.
  const words = site.split(/\s+/u);
  return words.length === 1 ? `site==${site}` : words.map((word) => `site=${word}`).join(' ');
}
