import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START } from '../../state/list.ts';
import { decisionCommands } from '../upgrade/decision-commands.ts';
import { openingCommands, openUpgradeCommand } from '../upgrade/opening-commands.ts';
import { upgradesRoute } from '../routes.ts';
import { forRealCommand } from '../wizard/for-real.ts';
import { goBackCommand } from '../wizard/go-back.ts';
import { forMarked, stopManyCommand } from './many.ts';
import { upgradesMarkCommands, upgradesMarksSlice } from './marks.ts';
import { currentUpgrade, shownUpgrades } from './selection.ts';
import { tableCommands } from '../../tables/table-commands.ts';
import { UPGRADE_VIEWS, upgradesListSlice, upgradesTable, upgradesViewSlice } from './state.ts';

const scope = [upgradesRoute.id];

export const upgradesCommands: readonly Command[] = [
  {
    id: 'console.upgrades',
    title: 'upgrades',
    description: 'All upgrades: open, waiting for approval, over',
    keys: ['U'],
    category: 'Console',
    scope: 'global',
    hint: 80,
    when: ({ navigation }) => navigation.current()?.routeId !== upgradesRoute.id,
    run: ({ navigation }) => navigation.push(upgradesRoute.to({})),
  },
  ...listCommands({
    prefix: 'upgrades',
    scope,
    read(services) {
      const { rows, list, height } = shownUpgrades(services);
      return { list, count: rows.length, height };
    },
    write: ({ store }, list) => store.set(upgradesListSlice, list),
  }),
  openUpgradeCommand('upgrades', scope, currentUpgrade),
  ...tableCommands(upgradesTable, {
    clear: {
      when: ({ store }) => store.get(upgradesMarksSlice).size > 0,
      run: ({ store }) => store.set<ReadonlySet<string>>(upgradesMarksSlice, new Set()),
    },
  }),
  forRealCommand('upgrades', scope, currentUpgrade),
  goBackCommand('upgrades', scope, currentUpgrade),
  ...forMarked(decisionCommands('upgrades', scope, currentUpgrade)),
  stopManyCommand(scope),
  ...upgradesMarkCommands,
  ...openingCommands('upgrades', scope, currentUpgrade),
  {
    id: 'upgrades.next-view',
    title: 'view',
    description: 'Next group of upgrades: open, waiting, approved, over, all',
    keys: ['tab', 'right', 'l'],
    category: 'Show',
    scope,
    hint: 6,
    run: (services) => turnView(services, 1),
  },
  {
    id: 'upgrades.previous-view',
    title: 'view before',
    keys: ['shift+tab', 'left', 'h'],
    category: 'Show',
    scope,
    run: (services) => turnView(services, -1),
  },
];

function turnView({ store }: ConsoleServices, by: number): void {
  const at = UPGRADE_VIEWS.indexOf(store.get(upgradesViewSlice)) + by + UPGRADE_VIEWS.length;
  store.set(upgradesViewSlice, UPGRADE_VIEWS[at % UPGRADE_VIEWS.length] ?? 'open');
  store.set(upgradesListSlice, LIST_START);
}
