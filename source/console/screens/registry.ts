import type { ApplicationParts } from '../application.ts';
import { liveChanges } from '../loaders/live-changes.ts';
import { fleetRoute, routerRoute, upgradeRoute } from './routes.ts';
import { routerScreen } from './router/screen.tsx';
import { upgradeScreen } from './upgrade/screen.tsx';
import { upgradesScreen } from './upgrades/screen.tsx';

/** The screens and loaders of the console. */
export const consoleParts: ApplicationParts = {
  screens: [routerScreen, upgradeScreen, upgradesScreen],
  loaders: [liveChanges],
  start({ context }) {
    const { router, upgrade } = context.openAt ?? {};
    const home = fleetRoute.to({});
    if (router !== undefined) return [home, routerRoute.to({ routerId: router, hostname: router })];
    return upgrade === undefined ? [home] : [home, upgradeRoute.to({ upgradeId: upgrade })];
  },
};
