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
import { restoreTable } from '../../tables/remembered.ts';
import { filterParts, NOTHING_FITS, useTable } from '../../tables/use-table.ts';
import { type Part, spreadParts } from '../../text/parts.ts';
import { policiesRoute } from '../routes.ts';
import { policiesCommands } from './commands.ts';
import { policiesListSlice, policiesSlice, policiesTable, setPolicies } from './state.ts';

const RANKING = 'In rank order: the first that fits a router counts, unless it has an override.';
const EMPTY = 'There is no policy, so nothing can be upgraded: n writes one.';
const OUTAGE_TICK_MS = 1000;

function PoliciesScreen(): ReactNode {
  const services = useServices();
  const { columns: width, rows: height } = useBody();
  const { policies, readAt, failed } = useSlice(policiesSlice);
  const list = useSlice(policiesListSlice);
  const { view, columns, sort } = useTable(policiesTable);
  const rows = policiesTable.rowsShown(services);
  const now = useNow(failed ? OUTAGE_TICK_MS : null);
  const note: Part = failed ? { tone: 'bad', text: outageText(readAt, now) } : { tone: 'muted', text: RANKING };
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={spreadParts(services.theme, [' ', note], filterParts(view), width)} />
      <Table
        columns={columns}
        count={rows.length}
        rowAt={(index) => rows[index]}
        list={list}
        width={width}
        height={height - 1}
        sort={sort}
        empty={policies === null ? 'Reading the policies …' : view.filter === '' ? EMPTY : `No policy ${NOTHING_FITS}`}
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
  status(services) {
    const { length } = policiesTable.rowsShown(services);
    const position = services.store.get(policiesListSlice).cursor + 1;
    return length === 0 ? '' : `${position} of ${plural(length, 'policy', 'policies')}`;
  },
  load(services, _params, signal) {
    restoreTable(services, policiesTable);
    return load(services, signal);
  },
});
