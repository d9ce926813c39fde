import type { Command } from '../../commands/command.ts';
import { changeCommands } from './change-commands.ts';
import { listCommands } from '../../commands/list-commands.ts';
import { policiesRoute, policyRoute } from '../routes.ts';
import { tableCommands } from '../../tables/table-commands.ts';
import { currentPolicy, policiesInSight, policiesListSlice, policiesTable } from './state.ts';

const scope = [policiesRoute.id];

export const policiesCommands: readonly Command[] = [
  {
    id: 'console.policies',
    title: 'policies',
    description: 'The rules for upgrades, and how many routers each applies to',
    keys: ['P'],
    category: 'Console',
    scope: 'global',
    hint: 81,
    when: ({ navigation }) => navigation.current()?.routeId !== policiesRoute.id,
    run: ({ navigation }) => navigation.push(policiesRoute.to({})),
  },
  ...listCommands({
    prefix: 'policies',
    scope,
    read: (services) => ({
      list: services.store.get(policiesListSlice),
      count: policiesTable.rowsShown(services).length,
      height: policiesInSight(services),
    }),
    write: ({ store }, list) => store.set(policiesListSlice, list),
  }),
  ...tableCommands(policiesTable),
  {
    id: 'policies.open',
    title: 'routers',
    description: 'The routers that the policy applies to',
    keys: ['enter'],
    category: 'Policy',
    scope,
    hint: 1,
    when: (services) => currentPolicy(services) !== undefined,
    run(services) {
      const policy = currentPolicy(services);
      if (policy !== undefined) services.navigation.push(policyRoute.to({ policyId: policy.id, name: policy.name }));
    },
  },
  ...changeCommands,
];
