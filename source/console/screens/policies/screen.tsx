import { Box } from 'ink';
import type { ReactNode } from 'react';
import { listPolicies } from '../../../postgres/policies.ts';
import { Line } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { plural } from '../../format/numbers.ts';
import { outageText } from '../../format/outage.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import { defineScreen } from '../../screen.ts';
import type { ConsoleServices } from '../../services.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, type Part } from '../../text/parts.ts';
import { policiesRoute } from '../routes.ts';
import { policyColumns } from './columns.ts';
import { policiesCommands } from './commands.ts';
import { policiesListSlice, policiesSlice, setPolicies } from './state.ts';

const RANKING = 'In rank order: the first that fits a router counts, unless it has an override.';
const EMPTY = 'There is no policy, so nothing can be upgraded: `netup-tui fleet load FILE` reads some.';
const OUTAGE_TICK_MS = 1000;

function PoliciesScreen(): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const { policies, readAt, failed } = useSlice(policiesSlice);
  const list = useSlice(policiesListSlice);
  const now = useNow(failed ? OUTAGE_TICK_MS : null);
  const note: Part = failed ? { tone: 'bad', text: outageText(readAt, now) } : { tone: 'muted', text: RANKING };
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={fitParts(theme, [' ', note], width)} />
      <Table
        columns={policyColumns}
        count={policies?.length ?? 0}
        rowAt={(index) => policies?.[index]}
        list={list}
        width={width}
        height={height - 1}
        empty={policies === null ? 'Reading the policies …' : EMPTY}
      />
    </Box>
  );
}

async function load(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  await keepFresh(services, 'the policies', ['upgrade_policies', 'routers'], signal, () =>
    noted(services, policiesSlice, signal, async () => {
      const policies = await listPolicies(services.scope());
      if (!signal.aborted) setPolicies(services, policies);
    }),
  );
}

export const policiesScreen = defineScreen({
  route: policiesRoute,
  component: PoliciesScreen,
  commands: policiesCommands,
  status({ store }) {
    const { policies } = store.get(policiesSlice);
    if (policies === null || policies.length === 0) return '';
    return `${store.get(policiesListSlice).cursor + 1} of ${plural(policies.length, 'policy', 'policies')}`;
  },
  load: (services, _params, signal) => load(services, signal),
});
