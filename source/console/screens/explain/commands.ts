import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import { explainRoute, policyRoute } from '../routes.ts';
import { candidatesInSight } from './selection.ts';
import { tableCommands } from '../../tables/table-commands.ts';
import { currentCandidate, explainedListSlice, explainTable } from './state.ts';

const scope = [explainRoute.id];

export const explainCommands: readonly Command[] = [
  ...listCommands({
    prefix: 'explain',
    scope,
    read: (services) => ({
      list: services.store.get(explainedListSlice),
      count: explainTable.rowsShown(services).length,
      height: candidatesInSight(services),
    }),
    write: ({ store }, list) => store.set(explainedListSlice, list),
  }),
  ...tableCommands(explainTable),
  {
    id: 'explain.open',
    title: 'open policy',
    keys: ['enter'],
    category: 'Policy',
    scope,
    hint: 1,
    when: (services) => currentCandidate(services) !== undefined,
    run(services) {
      const candidate = currentCandidate(services);
      if (candidate === undefined) return;
      services.navigation.push(policyRoute.to({ policyId: candidate.policy.id, name: candidate.policy.name }));
    },
  },
];
