import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Lines } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { formatCount, plural } from '../../format/numbers.ts';
import { defineScreen } from '../../screen.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts } from '../../text/parts.ts';
import { policyRoute } from '../routes.ts';
import { policyRouterColumns } from './columns.ts';
import { policyCommands } from './commands.ts';
import { headLines } from './head.ts';
import { loadPolicy } from './load.ts';
import { policyRowsSlice } from './rows.ts';
import { type LoadedPolicy, noPolicy, policyListSlice, policySlice, shownPolicy } from './state.ts';

const OUTAGE_TICK_MS = 1000;

function PolicyScreen({ params }: { readonly params: { readonly policyId: string } }): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const read = useSlice(policySlice);
  const loaded = read.policyId === params.policyId ? read : noPolicy(params.policyId);
  const list = useSlice(policyListSlice);
  const rows = useSlice(policyRowsSlice);
  const now = useNow(loaded.failed ? OUTAGE_TICK_MS : null);
  const head = headLines(loaded, width, now).map((parts) => fitParts(theme, [' ', ...parts], width));
  const { routerIds } = loaded;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Lines lines={head} />
      <Table
        columns={policyRouterColumns}
        count={routerIds?.length ?? 0}
        rowAt={(index) => {
          const id = routerIds?.[index];
          return id === undefined ? undefined : { id, router: rows.get(id)?.router };
        }}
        list={list}
        width={width}
        height={height - head.length}
        empty={emptyText(loaded)}
      />
    </Box>
  );
}

function emptyText({ policy, state }: LoadedPolicy): string {
  if (state === 'reading') return 'Reading its routers …';
  if (policy === null) return '';
  return policy.isActive ? 'It applies to no router now.' : 'It is switched off and applies to no router.';
}

export const policyScreen = defineScreen({
  route: policyRoute,
  component: PolicyScreen,
  commands: policyCommands,
  status(services) {
    const count = shownPolicy(services).routerIds?.length ?? 0;
    const position = services.store.get(policyListSlice).cursor + 1;
    return count === 0 ? '' : `${formatCount(position)} of ${plural(count, 'router')}`;
  },
  load: (services, { policyId }, signal) => loadPolicy(services, policyId, signal),
});
