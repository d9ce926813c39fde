import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Policy } from '../../../model/policy.ts';
import type { Router } from '../../../model/router.ts';
import { describeWindow } from '../../../model/weekly-window.ts';
import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import type { Column } from '../../components/columns.ts';
import { Line } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { formatCount, plural } from '../../format/numbers.ts';
import { defineScreen } from '../../screen.ts';
import type { ConsoleServices } from '../../services.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, type Part } from '../../text/parts.ts';
import { explainRoute, policyRoute, routerRoute } from '../routes.ts';
import { inSight, loadPolicy } from './load.ts';
import { policyListSlice, policyRowsSlice, policySlice } from './state.ts';

/** A router of the policy; only its id is known until it has been in sight. */
interface Row {
  readonly id: string;
  readonly router: Router | undefined;
}

const columns: readonly Column<Row>[] = [
  {
    id: 'hostname',
    title: 'HOSTNAME',
    width: 18,
    grow: 2,
    maxWidth: 36,
    priority: 0,
    cell: ({ id, router }) => router?.hostname ?? id,
  },
  {
    id: 'site',
    title: 'SITE',
    width: 5,
    grow: 1,
    maxWidth: 12,
    priority: 1,
    cell: ({ router }) => router?.site ?? '–',
  },
  { id: 'vendor', title: 'VENDOR', width: 8, priority: 4, cell: ({ router }) => router?.vendor ?? '–' },
  {
    id: 'model',
    title: 'MODEL',
    width: 14,
    grow: 1,
    maxWidth: 20,
    priority: 2,
    cell: ({ router }) => router?.model ?? '–',
  },
  {
    id: 'running',
    title: 'RUNNING',
    width: 12,
    grow: 1,
    maxWidth: 18,
    priority: 1,
    cell: ({ router }) => router?.runningVersion ?? '…',
  },
  {
    id: 'target',
    title: 'TARGET',
    width: 12,
    grow: 1,
    maxWidth: 18,
    priority: 3,
    cell: ({ router }) => router?.targetVersion ?? '–',
  },
  { id: 'status', title: 'STATUS', width: 11, priority: 0, cell: ({ router }) => router?.status ?? '…' },
];

function PolicyScreen({ params }: { readonly params: { readonly policyId: string } }): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const { policy, routerIds } = useSlice(policySlice);
  const list = useSlice(policyListSlice);
  const rows = useSlice(policyRowsSlice);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={fitParts(theme, [' ', ...scopeParts(policy, params.policyId)], width)} />
      <Line text={fitParts(theme, [' ', ...limitParts(policy)], width)} />
      <Table
        columns={columns}
        count={routerIds?.length ?? 0}
        rowAt={(index) => {
          const id = routerIds?.[index];
          return id === undefined ? undefined : { id, router: rows.get(id) };
        }}
        list={list}
        width={width}
        height={height - 2}
        empty={routerIds === null ? 'Reading its routers …' : 'The policy applies to no router now.'}
      />
    </Box>
  );
}

function scopeParts(policy: Policy | null, id: string): readonly Part[] {
  if (policy === null) return [{ tone: 'muted', text: `policy #${id}` }];
  const { name, shared, isActive, vendor, model, site, priority } = policy;
  const fields = `vendor=${vendor ?? 'any'}  model=${model ?? 'any'}  site=${site ?? 'any'}  priority ${priority}`;
  return [
    { tone: 'title', text: `#${id} ${name}` },
    {
      tone: isActive ? 'muted' : 'warn',
      text: `   ${isActive ? '' : 'switched off, '}${shared ? 'shared' : 'own'}   `,
    },
    fields,
  ];
}

function limitParts(policy: Policy | null): readonly Part[] {
  if (policy === null) return [];
  const { maxCpuPercent, minFreeMemPercent, maxCriticalErrors, maxDataAgeSeconds, window } = policy;
  const limits = `CPU ≤ ${maxCpuPercent}%  free memory ≥ ${minFreeMemPercent}%  critical errors ≤ ${maxCriticalErrors}  readings ≤ ${maxDataAgeSeconds} s old`;
  return [limits, { tone: 'muted', text: `   ${window === null ? 'no maintenance window' : describeWindow(window)}` }];
}

const scope = [policyRoute.id];
const current = ({ store }: ConsoleServices): { readonly routerId: string; readonly hostname: string } | undefined => {
  const routerId = store.get(policySlice).routerIds?.[store.get(policyListSlice).cursor];
  if (routerId === undefined) return undefined;
  return { routerId, hostname: store.get(policyRowsSlice).get(routerId)?.hostname ?? routerId };
};

const commands: readonly Command[] = [
  ...listCommands({
    prefix: 'policy',
    scope,
    read: (services) => ({
      list: services.store.get(policyListSlice),
      count: services.store.get(policySlice).routerIds?.length ?? 0,
      height: inSight(services),
    }),
    write: ({ store }, list) => store.set(policyListSlice, list),
  }),
  {
    id: 'policy.open',
    title: 'open router',
    keys: ['enter'],
    category: 'Router',
    scope,
    hint: 1,
    when: (services) => current(services) !== undefined,
    run(services) {
      const router = current(services);
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
    when: (services) => current(services) !== undefined,
    run(services) {
      const router = current(services);
      if (router !== undefined) services.navigation.push(explainRoute.to(router));
    },
  },
];

export const policyScreen = defineScreen({
  route: policyRoute,
  component: PolicyScreen,
  commands,
  status({ store }) {
    const count = store.get(policySlice).routerIds?.length ?? 0;
    return count === 0 ? '' : `${formatCount(store.get(policyListSlice).cursor + 1)} of ${plural(count, 'router')}`;
  },
  load: (services, { policyId }, signal) => loadPolicy(services, policyId, signal),
});
