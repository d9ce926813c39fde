import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import type { ConsoleServices } from '../../services.ts';
import { explainRoute, policyRoute, routerRoute } from '../routes.ts';
import { policyRowsSlice } from './rows.ts';
import { routersInSight } from './selection.ts';
import { tableCommands } from '../../tables/table-commands.ts';
import { policyListSlice, policyTable } from './state.ts';

interface Named {
  readonly routerId: string;
  readonly hostname: string;
}

function currentRouter(services: ConsoleServices): Named | undefined {
  const { store } = services;
  const row = policyTable.rowsShown(services)[store.get(policyListSlice).cursor];
  if (row === undefined) return undefined;
  const routerId = row.id;
  return { routerId, hostname: store.get(policyRowsSlice).get(routerId)?.router?.hostname ?? routerId };
}

const scope = [policyRoute.id];
const when = (services: ConsoleServices): boolean => currentRouter(services) !== undefined;

export const policyCommands: readonly Command[] = [
  ...listCommands({
    prefix: 'policy',
    scope,
    read: (services) => ({
      list: services.store.get(policyListSlice),
      count: policyTable.rowsShown(services).length,
      height: routersInSight(services),
    }),
    write: ({ store }, list) => store.set(policyListSlice, list),
  }),
  ...tableCommands(policyTable),
  {
    id: 'policy.open',
    title: 'open router',
    keys: ['enter'],
    category: 'Router',
    scope,
    hint: 1,
    when,
    run(services) {
      const router = currentRouter(services);
      if (router !== undefined) services.navigation.push(routerRoute.to(router));
    },
  },
  {
    id: 'policy.explain',
    title: 'explain',
    description: 'Every policy, and why it applies to this router or does not',
    keys: ['e'],
    category: 'Router',
    scope,
    hint: 2,
    when,
    run(services) {
      const router = currentRouter(services);
      if (router !== undefined) services.navigation.push(explainRoute.to(router));
    },
  },
];
