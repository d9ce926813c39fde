import { fleetOf } from '../../loaders/fleet.ts';
import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import type { ConsoleServices } from '../../services.ts';
import { NO_TEXT } from '../../state/text-state.ts';
import { explainRoute, fleetRoute, routerRoute, wizardRoute } from '../routes.ts';
import { firstDirection, fleetColumns, fleetSort } from './columns.ts';
import { markCommands } from './marks.ts';
import {
  chosenRows,
  currentList,
  currentRow,
  fleetFilterSlice,
  fleetMarksSlice,
  fleetRangeSlice,
  listHeight,
  setFilterText,
  setList,
  setSort,
} from './state.ts';

const scope = [fleetRoute.id];
const MOST_AT_ONCE = 1000;
const hasRow = (services: ConsoleServices): boolean => currentRow(services) !== undefined;
const writes = ({ store }: ConsoleServices): boolean => store.get(fleetFilterSlice).open;

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
    when: (services) => hasRow(services) && !writes(services),
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
  ...markCommands,
  {
    id: 'fleet.filter',
    title: 'filter',
    description:
      'Words, site=ams, vendor=, model=, version=, status=, policy=, ready=, trouble=, cpu>80, mem<20, errors>0; ! negates',
    keys: ['/'],
    category: 'Show',
    scope,
    hint: 4,
    run: ({ store }) => store.update(fleetFilterSlice, (filter) => ({ ...filter, open: true })),
  },
  {
    id: 'fleet.filter-done',
    title: 'keep filter',
    keys: ['enter'],
    category: 'Show',
    scope,
    hint: 0,
    when: writes,
    run: ({ store }) => store.update(fleetFilterSlice, (filter) => ({ ...filter, open: false })),
  },
  {
    id: 'fleet.clear',
    title: 'clear',
    description: 'Take the filter away; without one, the marks',
    keys: ['esc'],
    category: 'Show',
    scope,
    hint: 7,
    when: ({ store }) =>
      store.get(fleetFilterSlice).open ||
      store.get(fleetFilterSlice).text.value !== '' ||
      store.get(fleetRangeSlice) !== null ||
      store.get(fleetMarksSlice).size > 0,
    run: clear,
  },
  {
    id: 'fleet.sort',
    title: 'sort',
    description: 'Choose the column to sort by; the same one again turns it around',
    keys: ['s'],
    category: 'Show',
    scope,
    hint: 5,
    run: chooseSort,
  },
  {
    id: 'fleet.sort-next',
    title: 'sort by next column',
    keys: ['>'],
    category: 'Show',
    scope,
    run: (services) => turnSort(services, 1),
  },
  {
    id: 'fleet.sort-previous',
    title: 'sort by column before',
    keys: ['<'],
    category: 'Show',
    scope,
    run: (services) => turnSort(services, -1),
  },
  {
    id: 'fleet.sort-invert',
    title: 'turn the order around',
    keys: ['I'],
    category: 'Show',
    scope,
    run: (services) => sortBy(services, fleetOf(services).rows.sort.id),
  },
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

/** One thing at a time: the filter first, then an open range, then the marks. */
function clear(services: ConsoleServices): void {
  const { store } = services;
  const filter = store.get(fleetFilterSlice);
  if (filter.open || filter.text.value !== '') {
    setFilterText(services, NO_TEXT);
    store.update(fleetFilterSlice, (state) => ({ ...state, open: false, fault: null }));
  } else if (store.get(fleetRangeSlice) === null) store.set<ReadonlySet<string>>(fleetMarksSlice, new Set());
  else store.set<string | null>(fleetRangeSlice, null);
}

/** By another column in its own direction first; the same column again turns the order around. */
function sortBy(services: ConsoleServices, id: string): void {
  const { sort } = fleetOf(services).rows;
  const turned = sort.direction === 'ascending' ? 'descending' : 'ascending';
  const next = fleetSort(id, sort.id === id ? turned : firstDirection(id));
  if (next !== null) setSort(services, next);
}

function turnSort(services: ConsoleServices, by: number): void {
  const at = fleetColumns.findIndex(({ id }) => id === fleetOf(services).rows.sort.id);
  const next = fleetColumns[(at + by + fleetColumns.length) % fleetColumns.length];
  if (next !== undefined) sortBy(services, next.id);
}

function chooseSort(services: ConsoleServices): void {
  const { sort } = fleetOf(services).rows;
  services.dialogs.open({
    title: 'Sort by',
    choices: fleetColumns.map(({ id, title }) => (id === sort.id ? `${title} (${sort.direction})` : title)),
    initialChoice: Math.max(
      0,
      fleetColumns.findIndex(({ id }) => id === sort.id),
    ),
    confirm: {
      title: 'sort',
      run({ choice }) {
        const column = fleetColumns[choice];
        if (column !== undefined) sortBy(services, column.id);
      },
    },
  });
}
