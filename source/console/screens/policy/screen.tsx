import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Lines } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { formatCount, plural } from '../../format/numbers.ts';
import { defineScreen } from '../../screen.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { restoreTable } from '../../tables/remembered.ts';
import { filterParts, NOTHING_FITS, useTable } from '../../tables/use-table.ts';
import { fitParts, spreadParts } from '../../text/parts.ts';
import { policyRoute } from '../routes.ts';
import { policyCommands } from './commands.ts';
import { headLines } from './head.ts';
import { loadPolicy } from './load.ts';
import { policyRowsSlice } from './rows.ts';
import { type LoadedPolicy, noPolicy, policyListSlice, policySlice, policyTable } from './state.ts';

const OUTAGE_TICK_MS = 1000;

function PolicyScreen({ params }: { readonly params: { readonly policyId: string } }): ReactNode {
  const services = useServices();
  const { theme } = services;
  const { columns: width, rows: height } = useBody();
  const read = useSlice(policySlice);
  const loaded = read.policyId === params.policyId ? read : noPolicy(params.policyId);
  const list = useSlice(policyListSlice);
  const rows = useSlice(policyRowsSlice);
  const now = useNow(loaded.failed ? OUTAGE_TICK_MS : null);
  const { view, columns, sort } = useTable(policyTable);
  const head = headLines(loaded, width, now).map((parts, index, { length }) =>
    index === length - 1
      ? spreadParts(theme, [' ', ...parts], filterParts(view), width)
      : fitParts(theme, [' ', ...parts], width),
  );
  const shown = policyTable.rowsShown(services);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Lines lines={head} />
      <Table
        columns={columns}
        count={shown.length}
        rowAt={(index) => {
          const row = shown[index];
          return row === undefined ? undefined : { id: row.id, router: rows.get(row.id)?.router };
        }}
        list={list}
        width={width}
        height={height - head.length}
        sort={sort}
        empty={view.filter === '' ? emptyText(loaded) : `No router of the policy ${NOTHING_FITS}`}
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
    const count = policyTable.rowsShown(services).length;
    const position = services.store.get(policyListSlice).cursor + 1;
    return count === 0 ? '' : `${formatCount(position)} of ${plural(count, 'router')}`;
  },
  load(services, { policyId }, signal) {
    restoreTable(services, policyTable);
    return loadPolicy(services, policyId, signal);
  },
});
