import { Box } from 'ink';
import type { ReactNode } from 'react';
import { explainPolicy } from '../../../postgres/policies.ts';
import { getRouters } from '../../../postgres/routers.ts';
import { Line, Lines } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { plural } from '../../format/numbers.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import { defineScreen } from '../../screen.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START } from '../../state/list.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { restoreTable } from '../../tables/remembered.ts';
import { filterParts, NOTHING_FITS, useTable } from '../../tables/use-table.ts';
import { fitParts, spreadParts } from '../../text/parts.ts';
import { explainRoute } from '../routes.ts';
import { explainCommands } from './commands.ts';
import { headLines, reasonLines } from './head.ts';
import { REASON_LINES, setExplained } from './selection.ts';
import { type Explained, explainedListSlice, explainedSlice, explainTable, notExplained } from './state.ts';

const OUTAGE_TICK_MS = 1000;

interface Params {
  readonly routerId: string;
  readonly hostname: string;
}

function ExplainScreen({ params }: { readonly params: Params }): ReactNode {
  const services = useServices();
  const { theme } = services;
  const { columns: width, rows: height } = useBody();
  const read = useSlice(explainedSlice);
  const explained = read.routerId === params.routerId ? read : notExplained(params.routerId);
  const list = useSlice(explainedListSlice);
  const now = useNow(explained.failed ? OUTAGE_TICK_MS : null);
  const head = headLines(explained, params.hostname, width, now);
  const { view, columns, sort } = useTable(explainTable);
  const rows = explainTable.rowsShown(services);
  const reason = reasonLines(rows[list.cursor], width, REASON_LINES - 1);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Lines lines={head.map((parts) => fitParts(theme, [' ', ...parts], width))} />
      <Table
        columns={columns}
        count={rows.length}
        rowAt={(index) => rows[index]}
        list={list}
        width={width}
        height={height - head.length - REASON_LINES}
        sort={sort}
        empty={view.filter === '' ? emptyText(explained, params.hostname) : `No policy ${NOTHING_FITS}`}
      />
      <Line text={spreadParts(theme, [''], filterParts(view), width)} />
      <Lines lines={reason.map((line) => fitParts(theme, [line], width))} />
    </Box>
  );
}

function emptyText({ candidates, router }: Explained, hostname: string): string {
  if (candidates === null) return 'Reading the policies …';
  return router === null
    ? `There is no router ${hostname} in this organization.`
    : 'There is no policy: `netup-tui fleet load FILE` reads some.';
}

async function load(services: ConsoleServices, routerId: string, signal: AbortSignal): Promise<void> {
  const { store } = services;
  // What another router left must not be shown under this one's name, not even for a moment.
  if (store.get(explainedSlice).routerId !== routerId) {
    store.set(explainedSlice, notExplained(routerId));
    store.set(explainedListSlice, LIST_START);
  }
  const read = async (): Promise<void> => {
    const scope = services.scope();
    const [candidates, [router = null]] = await Promise.all([
      explainPolicy(scope, routerId),
      getRouters(scope, [routerId]),
    ]);
    if (signal.aborted) return;
    const readAt = services.context.now().getTime();
    setExplained(services, { routerId, router, candidates, readAt, failed: false });
  };
  await keepFresh(services, `the policies of ${routerId}`, ['upgrade_policies', 'routers'], signal, () =>
    noted(services, explainedSlice, signal, read),
  );
}

export const explainScreen = defineScreen({
  route: explainRoute,
  component: ExplainScreen,
  commands: explainCommands,
  status(services) {
    const count = explainTable.rowsShown(services).length;
    const position = services.store.get(explainedListSlice).cursor + 1;
    return count === 0 ? '' : `${position} of ${plural(count, 'policy', 'policies')}`;
  },
  load(services, { routerId }, signal) {
    restoreTable(services, explainTable);
    return load(services, routerId, signal);
  },
});
