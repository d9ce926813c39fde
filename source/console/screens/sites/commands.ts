import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import { sitesRoute } from '../routes.ts';
import { siteTerms, showFleet } from '../triage/show-fleet.ts';
import { currentSite, sitesInSight, sitesListSlice, sitesSlice } from './state.ts';

const scope = [sitesRoute.id];

export const sitesCommands: readonly Command[] = [
  {
    id: 'console.sites',
    title: 'sites',
    description: 'The sites, their routers, their upgrades, and how images get there',
    keys: ['S'],
    category: 'Console',
    scope: 'global',
    hint: 83,
    when: ({ navigation }) => navigation.current()?.routeId !== sitesRoute.id,
    run: ({ navigation }) => navigation.push(sitesRoute.to({})),
  },
  ...listCommands({
    prefix: 'sites',
    scope,
    read: (services) => ({
      list: services.store.get(sitesListSlice),
      count: services.store.get(sitesSlice).sites?.length ?? 0,
      height: sitesInSight(services),
    }),
    write: ({ store }, list) => store.set(sitesListSlice, list),
  }),
  {
    id: 'sites.open',
    title: 'routers',
    description: 'The fleet, filtered to the routers of this site',
    keys: ['enter'],
    category: 'Site',
    scope,
    hint: 1,
    when: (services) => currentSite(services) !== undefined,
    async run(services) {
      const site = currentSite(services);
      if (site !== undefined) await showFleet(services, siteTerms(site.name));
    },
  },
];
