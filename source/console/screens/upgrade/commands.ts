import type { Command } from '../../commands/command.ts';
import type { ConsoleServices } from '../../services.ts';
import { compareRoute, routerRoute, upgradeRoute } from '../routes.ts';
import { forRealCommand } from '../wizard/for-real.ts';
import { goBackCommand } from '../wizard/go-back.ts';
import { decisionCommands } from './decision-commands.ts';
import { openingCommands } from './opening-commands.ts';
import { scrollBy } from './scroll.ts';
import { shownUpgrade } from './state.ts';

const scope = [upgradeRoute.id];
const page = (services: ConsoleServices): number => services.body().rows - 1;
const move = (verb: string, keys: readonly string[], by: (services: ConsoleServices) => number): Command => ({
  id: `upgrade.${verb}`,
  title: verb.replace('-', ' '),
  keys,
  category: 'Move',
  scope,
  run: (services) => scrollBy(services, by(services)),
});

export const upgradeCommands: readonly Command[] = [
  move('down', ['j', 'down'], () => 1),
  move('up', ['k', 'up'], () => -1),
  move('page-down', ['pgdn', 'ctrl+f'], page),
  move('page-up', ['pgup', 'ctrl+b'], (services) => -page(services)),
  forRealCommand('upgrade', scope, shownUpgrade),
  goBackCommand('upgrade', scope, shownUpgrade),
  ...decisionCommands('upgrade', scope, shownUpgrade),
  ...openingCommands('upgrade', scope, shownUpgrade),
  {
    id: 'upgrade.compare',
    title: 'before/after',
    description:
      'CPU, memory, errors, interfaces and checks before and after it, side by side, and what changed in the configuration',
    keys: ['b'],
    category: 'Upgrade',
    scope,
    hint: 12,
    when: (services) => shownUpgrade(services) !== undefined,
    disabledReason: (services) =>
      shownUpgrade(services)?.activated === true
        ? null
        : 'Its device was not told to go down: there is nothing to compare.',
    run(services) {
      const upgrade = shownUpgrade(services);
      if (upgrade !== undefined) services.navigation.push(compareRoute.to({ upgradeId: upgrade.id }));
    },
  },
  {
    id: 'upgrade.router',
    title: 'router',
    description: 'Open the router that it is about',
    keys: ['enter'],
    category: 'Upgrade',
    scope,
    hint: 11,
    when: (services) => shownUpgrade(services) !== undefined,
    run(services) {
      const upgrade = shownUpgrade(services);
      if (upgrade !== undefined)
        services.navigation.push(routerRoute.to({ routerId: upgrade.routerId, hostname: upgrade.hostname }));
    },
  },
];
