import type { Command } from '../../commands/command.ts';
import type { ConsoleServices } from '../../services.ts';
import { chartsRoute, compareRoute } from '../routes.ts';
import { readDiff } from './configuration.ts';
import { scrollBy, showConfiguration } from './scroll.ts';
import { SPAN_NAMES } from './spans.ts';
import { comparedUpgradeSlice, compareSpanSlice } from './state.ts';

const scope = [compareRoute.id];
const page = (services: ConsoleServices): number => services.body().rows - 1;
const move = (verb: string, keys: readonly string[], by: (services: ConsoleServices) => number): Command => ({
  id: `compare.${verb}`,
  title: verb.replace('-', ' '),
  keys,
  category: 'Move',
  scope,
  run: (services) => scrollBy(services, by(services)),
});

export const compareCommands: readonly Command[] = [
  move('down', ['j', 'down'], () => 1),
  move('up', ['k', 'up'], () => -1),
  move('page-down', ['pgdn', 'ctrl+f'], page),
  move('page-up', ['pgup', 'ctrl+b'], (services) => -page(services)),
  {
    id: 'compare.span',
    title: 'span',
    description: 'Compare 15 min, an hour, two, or a day',
    keys: ['w'],
    category: 'View',
    scope,
    hint: 1,
    run({ store }) {
      store.update(compareSpanSlice, (span) => SPAN_NAMES[(SPAN_NAMES.indexOf(span) + 1) % SPAN_NAMES.length] ?? span);
    },
  },
  {
    id: 'compare.configuration',
    title: 'configuration',
    description: 'What changed in the configuration; that you read it is in the audit trail',
    keys: ['d'],
    category: 'Upgrade',
    scope,
    hint: 2,
    requiredRole: 'operator',
    async run(services) {
      await readDiff(services);
      showConfiguration(services);
    },
  },
  {
    id: 'compare.charts',
    title: 'charts',
    description: 'The charts of its router',
    keys: ['C'],
    category: 'Router',
    scope,
    hint: 3,
    when: ({ store }) => store.get(comparedUpgradeSlice).upgrade !== null,
    run({ store, navigation }) {
      const { upgrade } = store.get(comparedUpgradeSlice);
      if (upgrade !== null)
        navigation.push(chartsRoute.to({ routers: [{ routerId: upgrade.routerId, hostname: upgrade.hostname }] }));
    },
  },
];
