import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START } from '../../state/list.ts';
import { approvalsRoute, routerRoute, triageRoute, upgradesRoute } from '../routes.ts';
import { type UpgradeView, upgradesListSlice, upgradesViewSlice } from '../upgrades/state.ts';
import type { PulseLine, UpgradesAbout } from './lines.ts';
import { showFleet, siteTerms } from './show-fleet.ts';
import { currentLine, setList, shownPulse } from './state.ts';

const scope = [triageRoute.id];

const VIEWS: Readonly<Record<UpgradesAbout, UpgradeView>> = { trouble: 'all', running: 'open', waiting: 'waiting' };

export const triageCommands: readonly Command[] = [
  {
    id: 'console.triage',
    title: 'triage',
    description: 'What is wrong in the whole fleet, and where: each line leads to it',
    keys: ['T'],
    category: 'Console',
    scope: 'global',
    hint: 78,
    when: ({ navigation }) => navigation.current()?.routeId !== triageRoute.id,
    run: ({ navigation }) => navigation.push(triageRoute.to({})),
  },
  ...listCommands({
    prefix: 'triage',
    scope,
    read(services) {
      const { lines, list, height } = shownPulse(services);
      return { list, count: lines.length, height };
    },
    write: setList,
  }),
  {
    id: 'triage.open',
    title: 'show',
    description: 'The router, the upgrades, or the fleet filtered to exactly these routers',
    keys: ['enter'],
    category: 'Triage',
    scope,
    hint: 1,
    when: (services) => currentLine(services) !== undefined,
    async run(services) {
      const line = currentLine(services);
      if (line !== undefined) await lead(services, line);
    },
  },
];

async function lead(services: ConsoleServices, line: PulseLine): Promise<void> {
  const { navigation, store } = services;
  if (line.kind === 'router') {
    const { id, hostname } = line.row.router;
    navigation.push(routerRoute.to({ routerId: id, hostname }));
  } else if (line.kind === 'upgrades' && line.about === 'waiting') navigation.push(approvalsRoute.to({}));
  else if (line.kind === 'upgrades') {
    store.set(upgradesViewSlice, VIEWS[line.about]);
    store.set(upgradesListSlice, LIST_START);
    navigation.push(upgradesRoute.to({}));
  } else await showFleet(services, filterOf(line));
}

/** The filter that shows the routers of a line, and no others. */
function filterOf(line: PulseLine & { kind: 'trouble' | 'site' }): string {
  if (line.kind === 'trouble') return `trouble=${line.trouble}`;
  return `${siteTerms(line.site.site)} trouble=any`;
}
