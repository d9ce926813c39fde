import type { Command } from '../../commands/command.ts';
import type { ConsoleServices } from '../../services.ts';
import { decidingSlice, stopDecidingCommand } from '../../loaders/deciding.ts';
import { chartsRoute, explainRoute, routerRoute, upgradeRoute, wizardRoute } from '../routes.ts';
import { chartWindowSlice, nextWindow } from './chart-state.ts';
import { decideRouter } from './decide.ts';
import { scrollBy, scrolled } from './scroll.ts';
import { currentRecord } from './state.ts';

const scope = [routerRoute.id];

const move = (verb: string, keys: readonly string[], by: (services: ConsoleServices) => number): Command => ({
  id: `router.${verb}`,
  title: verb.replace('-', ' '),
  keys,
  category: 'Move',
  scope,
  run: (services) => scrollBy(services, by(services)),
});

export const routerCommands: readonly Command[] = [
  move('down', ['j', 'down'], () => 1),
  move('up', ['k', 'up'], () => -1),
  move('page-down', ['pgdn', 'ctrl+f'], (services) => scrolled(services).room - 1),
  move('page-up', ['pgup', 'ctrl+b'], (services) => 1 - scrolled(services).room),
  {
    id: 'router.upgrade',
    title: 'upgrade',
    description: 'Request an upgrade of this router',
    keys: ['u'],
    category: 'Upgrade',
    scope,
    hint: 1,
    dangerous: true,
    requiredRole: 'operator',
    disabledReason(services) {
      const { router, state } = currentRecord(services);
      if (router === null) return state === 'missing' ? 'There is no such router.' : 'The router is not read yet.';
      if (router.openUpgrade === null) return null;
      return `Upgrade ${router.openUpgrade.id} of this router is ${router.openUpgrade.status}; open it with o.`;
    },
    run(services) {
      const { router } = currentRecord(services);
      if (router !== null) services.navigation.push(wizardRoute.to({ routerIds: [router.id] }));
    },
  },
  {
    id: 'router.open-upgrade',
    title: 'open upgrade',
    description: 'The newest upgrade of this router',
    keys: ['o', 'enter'],
    category: 'Upgrade',
    scope,
    hint: 2,
    when: (services) => currentRecord(services).upgrades.length > 0,
    run(services) {
      const [newest] = currentRecord(services).upgrades;
      if (newest !== undefined) services.navigation.push(upgradeRoute.to({ upgradeId: newest.id }));
    },
  },
  stopDecidingCommand('router', routerRoute.id),
  {
    id: 'router.decide',
    title: 'decide',
    description: 'Decide by the newest figures, with the language model where one is configured, and keep the decision',
    keys: ['d'],
    category: 'Decide',
    scope,
    hint: 5,
    when: ({ store }) => store.get(decidingSlice) === null,
    disabledReason(services) {
      const { router, state } = currentRecord(services);
      if (router !== null) return null;
      return state === 'missing' ? 'There is no such router.' : 'The router is not read yet.';
    },
    run: decideRouter,
  },
  {
    id: 'router.window',
    title: 'window',
    description: 'Charts of 2 h, 30 d or 1 y',
    keys: ['w'],
    category: 'View',
    scope,
    hint: 4,
    run({ store }) {
      store.update(chartWindowSlice, nextWindow);
    },
  },
  {
    id: 'router.charts',
    title: 'charts',
    description: 'CPU, memory, traffic and errors over 15 min to a year, value by value',
    keys: ['C'],
    category: 'View',
    scope,
    hint: 6,
    when: (services) => currentRecord(services).router !== null,
    run(services) {
      const { router } = currentRecord(services);
      if (router !== null)
        services.navigation.push(chartsRoute.to({ routers: [{ routerId: router.id, hostname: router.hostname }] }));
    },
  },
  {
    id: 'router.explain',
    title: 'explain policy',
    description: 'Every policy, and why it applies to this router or does not',
    keys: ['e'],
    category: 'Policy',
    scope,
    hint: 3,
    when: (services) => currentRecord(services).router !== null,
    run(services) {
      const { router } = currentRecord(services);
      if (router !== null)
        services.navigation.push(explainRoute.to({ routerId: router.id, hostname: router.hostname }));
    },
  },
];
