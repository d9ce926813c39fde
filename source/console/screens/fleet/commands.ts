import { fleetOf } from '../../loaders/fleet.ts';
import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import type { ConsoleServices } from '../../services.ts';
import { tableCommands } from '../../tables/table-commands.ts';
import { chartedOf, tooMany } from '../charts/choose.ts';
import { chartsRoute, explainRoute, fleetRoute, routerRoute, wizardRoute } from '../routes.ts';
import { markCommands } from './marks.ts';
import { chosenRows, currentList, currentRow, fleetRangeSlice, listHeight, setList } from './state.ts';
import { fleetMarksSlice, fleetTable } from './table.ts';

const scope = [fleetRoute.id];
const MOST_AT_ONCE = 1000;
const hasRow = (services: ConsoleServices): boolean => currentRow(services) !== undefined;

export const fleetCommands: readonly Command[] = [
  ...listCommands({
    prefix: 'fleet',
    scope,
    read: (services) => ({
      list: currentList(services),
      count: fleetOf(services).rows.count,
      height: listHeight(services),
    }),
    write: setList,
  }),
  {
    id: 'fleet.open',
    title: 'open',
    description: 'The router: health, policy, gates, history',
    keys: ['enter'],
    category: 'Router',
    scope,
    hint: 1,
    when: hasRow,
    run(services) {
      const row = currentRow(services);
      if (row === undefined) return;
      services.navigation.push(routerRoute.to({ routerId: row.router.id, hostname: row.router.hostname }));
    },
  },
  {
    id: 'fleet.upgrade',
    title: 'upgrade',
    description: 'Request upgrades of the marked routers, or of this one',
    keys: ['u'],
    category: 'Upgrade',
    scope,
    hint: 2,
    dangerous: true,
    requiredRole: 'operator',
    disabledReason(services) {
      const chosen = chosenRows(services).length;
      if (chosen === 0) return 'There is no router to upgrade here.';
      return chosen > MOST_AT_ONCE
        ? `${chosen} routers are marked; at most ${MOST_AT_ONCE} can be requested at once.`
        : null;
    },
    run: (services) =>
      services.navigation.push(wizardRoute.to({ routerIds: chosenRows(services).map(({ router }) => router.id) })),
  },
  {
    id: 'fleet.charts',
    title: 'charts',
    description: 'Charts of the marked routers in one, of six at most, or of this one',
    keys: ['C'],
    category: 'Router',
    scope,
    when: hasRow,
    disabledReason: (services) => tooMany(chosenRows(services).length),
    run: (services) => services.navigation.push(chartsRoute.to({ routers: chartedOf(chosenRows(services)) })),
  },
  ...markCommands,
  ...tableCommands(fleetTable, {
    hint: 4,
    clear: {
      when: ({ store }) => store.get(fleetRangeSlice) !== null || store.get(fleetMarksSlice).size > 0,
      run: clear,
    },
  }),
  {
    id: 'fleet.explain',
    title: 'explain policy',
    description: 'Every policy, and why it applies to this router or does not',
    keys: ['e'],
    category: 'Router',
    scope,
    when: hasRow,
    run(services) {
      const row = currentRow(services);
      if (row === undefined) return;
      services.navigation.push(explainRoute.to({ routerId: row.router.id, hostname: row.router.hostname }));
    },
  },
];

/** An open range first, then the marks. */
function clear({ store }: ConsoleServices): void {
  if (store.get(fleetRangeSlice) === null) store.set<ReadonlySet<string>>(fleetMarksSlice, new Set());
  else store.set<string | null>(fleetRangeSlice, null);
}
