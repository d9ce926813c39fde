import type { Command } from '../../commands/command.ts';
import type { ConsoleServices } from '../../services.ts';
import { explainRoute, routerRoute, upgradeRoute, wizardRoute } from '../routes.ts';
import { routerLines } from './lines.ts';
import { chartHeight } from './layout.ts';
import { routerReadingsSlice, routerRecordSlice, routerScrollSlice } from './state.ts';

const scope = [routerRoute.id];

const move = (verb: string, keys: readonly string[], by: (services: ConsoleServices) => number): Command => ({
  id: `router.${verb}`,
  title: verb.replace('-', ' '),
  keys,
  category: 'Move',
  scope,
  run: (services) => scroll(services, by(services)),
});

export const routerCommands: readonly Command[] = [
  move('down', ['j', 'down'], () => 1),
  move('up', ['k', 'up'], () => -1),
  move('page-down', ['pgdn', 'ctrl+f'], (services) => linesInSight(services) - 1),
  move('page-up', ['pgup', 'ctrl+b'], (services) => 1 - linesInSight(services)),
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
    disabledReason({ store }) {
      const { router } = store.get(routerRecordSlice);
      if (router === null) return 'The router is not read yet.';
      if (router.openUpgrade === null) return null;
      return `Upgrade ${router.openUpgrade.id} of this router is ${router.openUpgrade.status}; open it with o.`;
    },
    run: ({ store, navigation }) =>
      navigation.push(wizardRoute.to({ routerIds: [store.get(routerRecordSlice).routerId] })),
  },
  {
    id: 'router.open-upgrade',
    title: 'open upgrade',
    description: 'The newest upgrade of this router',
    keys: ['o', 'enter'],
    category: 'Upgrade',
    scope,
    hint: 2,
    when: ({ store }) => store.get(routerRecordSlice).upgrades.length > 0,
    run({ store, navigation }) {
      const [newest] = store.get(routerRecordSlice).upgrades;
      if (newest !== undefined) navigation.push(upgradeRoute.to({ upgradeId: newest.id }));
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
    when: ({ store }) => store.get(routerRecordSlice).router !== null,
    run({ store, navigation }) {
      const { router } = store.get(routerRecordSlice);
      if (router !== null) navigation.push(explainRoute.to({ routerId: router.id, hostname: router.hostname }));
    },
  },
];

function linesInSight(services: ConsoleServices): number {
  const { rows } = services.body();
  return rows - 2 - chartHeight(rows);
}

function scroll(services: ConsoleServices, by: number): void {
  const { store } = services;
  const options = { zone: 'utc', now: services.context.now().getTime() } as const;
  const count = routerLines(store.get(routerRecordSlice), store.get(routerReadingsSlice), options).length;
  const last = Math.max(0, count - linesInSight(services));
  store.update(routerScrollSlice, (top) => Math.max(0, Math.min(last, top + by)));
}
