import type { ApplicationParts } from '../application.ts';
import { consoleSession } from '../loaders/console-session.ts';
import { collectedHealth } from '../loaders/collected-health.ts';
import { fleetHealth } from '../loaders/fleet-health.ts';
import { fleetRows } from '../loaders/fleet-rows.ts';
import { liveChanges } from '../loaders/live-changes.ts';
import { upgradeCounts } from '../loaders/upgrade-counts.ts';
import { tableWords } from '../tables/table-words.ts';
import { blackoutFormScreen } from './blackout-form/screen.tsx';
import { chartWords } from './charts/words.ts';
import { chartsScreen } from './charts/screen.tsx';
import { compareScreen } from './compare/screen.tsx';
import { decidedScreen } from './decisions/decided-screen.tsx';
import { decisionsScreen } from './decisions/screen.tsx';
import { approvalsScreen } from './approvals/screen.tsx';
import { auditScreen } from './audit/screen.tsx';
import { fleetScreen } from './fleet/screen.tsx';
import { goWords } from './go-words.ts';
import { explainScreen } from './explain/screen.tsx';
import { imagesScreen } from './images/screen.tsx';
import { outputScreen } from './output/screen.tsx';
import { planScreen } from './plan/screen.tsx';
import { policiesScreen } from './policies/screen.tsx';
import { policyFormScreen } from './policy-form/screen.tsx';
import { policyScreen } from './policy/screen.tsx';
import { fleetRoute, routerRoute, upgradeRoute } from './routes.ts';
import { routerScreen } from './router/screen.tsx';
import { consoleTables, sortByColumn } from './tables.ts';
import { sitesScreen } from './sites/screen.tsx';
import { triageScreen } from './triage/screen.tsx';
import { upgradeScreen } from './upgrade/screen.tsx';
import { upgradesScreen } from './upgrades/screen.tsx';
import { windowsDayScreen } from './windows-day/screen.tsx';
import { windowsScreen } from './windows/screen.tsx';
import { wizardScreen } from './wizard/screen.tsx';

/** The screens and loaders of the console. */
export const consoleParts: ApplicationParts = {
  screens: [
    fleetScreen,
    routerScreen,
    policiesScreen,
    policyScreen,
    policyFormScreen,
    explainScreen,
    upgradeScreen,
    upgradesScreen,
    outputScreen,
    planScreen,
    wizardScreen,
    decisionsScreen,
    decidedScreen,
    triageScreen,
    approvalsScreen,
    auditScreen,
    sitesScreen,
    imagesScreen,
    windowsScreen,
    windowsDayScreen,
    blackoutFormScreen,
    chartsScreen,
    compareScreen,
  ],
  words: [...goWords, ...chartWords, ...tableWords(consoleTables)],
  sortBy: sortByColumn,
  loaders: [liveChanges, consoleSession, fleetRows, fleetHealth, collectedHealth, upgradeCounts],
  start({ context }) {
    const { router, upgrade } = context.openAt ?? {};
    const home = fleetRoute.to({});
    if (router !== undefined) return [home, routerRoute.to({ routerId: router, hostname: router })];
    return upgrade === undefined ? [home] : [home, upgradeRoute.to({ upgradeId: upgrade })];
  },
};
