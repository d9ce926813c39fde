import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { PolicyWithCount } from '../../../model/policy.ts';
import { listPolicies } from '../../../postgres/policies.ts';
import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import { Line } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { plural } from '../../format/numbers.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { defineScreen } from '../../screen.ts';
import { moveTo } from '../../state/list.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts } from '../../text/parts.ts';
import { policiesRoute, policyRoute } from '../routes.ts';
import { policyColumns } from './columns.ts';
import { currentPolicy, policiesListSlice, policiesSlice } from './state.ts';

const RANKING = ' In rank order: of those that fit a router the first one counts, unless the router has an override.';
/** Lines above the rows: the note, the head. */
const HEAD_LINES = 2;

function PoliciesScreen(): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const policies = useSlice(policiesSlice);
  const list = useSlice(policiesListSlice);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={fitParts(theme, [{ tone: 'muted', text: RANKING }], width)} />
      <Table
        columns={policyColumns}
        count={policies?.length ?? 0}
        rowAt={(index) => policies?.[index]}
        list={list}
        width={width}
        height={height - 1}
        empty={
          policies === null
            ? 'Reading the policies …'
            : 'There is no policy, so nothing can be upgraded: load some with `netup-tui fleet load FILE`.'
        }
      />
    </Box>
  );
}

const scope = [policiesRoute.id];

const commands: readonly Command[] = [
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
      count: services.store.get(policiesSlice)?.length ?? 0,
      height: services.body().rows - HEAD_LINES,
    }),
    write: ({ store }, list) => store.set(policiesListSlice, list),
  }),
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
];

export const policiesScreen = defineScreen({
  route: policiesRoute,
  component: PoliciesScreen,
  commands,
  status({ store }) {
    const policies = store.get(policiesSlice);
    if (policies === null || policies.length === 0) return '';
    return `${store.get(policiesListSlice).cursor + 1} of ${plural(policies.length, 'policy', 'policies')}`;
  },
  load: (services, _params, signal) =>
    keepFresh(services, 'the policies', ['upgrade_policies', 'routers'], signal, async () => {
      const policies = await listPolicies(services.scope());
      if (signal.aborted) return;
      const { store } = services;
      store.set<readonly PolicyWithCount[] | null>(policiesSlice, policies);
      const height = services.body().rows - HEAD_LINES;
      store.update(policiesListSlice, (list) => moveTo(list, list.cursor, policies.length, height));
    }),
});
