import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { formatCount } from '../../format/numbers.ts';
import { fleetOf, type FleetRow, fleetProgressSlice, fleetVersionSlice } from '../../loaders/fleet.ts';
import { upgradeCountsSlice } from '../../loaders/upgrade-counts.ts';
import { keepVisibleSeries } from '../../loaders/visible-series.ts';
import { defineScreen } from '../../screen.ts';
import type { ConsoleServices } from '../../services.ts';
import { restoreTable } from '../../tables/remembered.ts';
import { filterParts, NOTHING_FITS, useTable } from '../../tables/use-table.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useSelector, useServices, useSlice } from '../../state/use-selector.ts';
import { type Part, spreadParts } from '../../text/parts.ts';
import { fleetRoute } from '../routes.ts';
import { fleetCommands } from './commands.ts';
import { asksForChanges, LIVE_NOTE } from './live-note.ts';
import { currentList, fleetRangeSlice, keepFollowing, listHeight } from './state.ts';
import { fleetListSlice, fleetMarksSlice, fleetTable } from './table.ts';
import { summaryParts } from './summary.ts';

const TICK_MS = 30_000;
const OUTAGE_TICK_MS = 1000;

function FleetScreen(): ReactNode {
  const services = useServices();
  const { columns: width, rows: height } = useBody();
  useSlice(fleetVersionSlice);
  const list = useSlice(fleetListSlice);
  const marks = useSlice(fleetMarksSlice);
  const { view, columns, sort } = useTable(fleetTable);
  const progress = useSlice(fleetProgressSlice);
  const counts = useSlice(upgradeCountsSlice);
  const late = useSelector(asksForChanges);
  const now = useNow(progress.healthFailed ? OUTAGE_TICK_MS : TICK_MS);
  const { rows } = fleetOf(services);
  const summary: readonly Part[] = [
    ...summaryParts(rows.size, rows.tallied, counts, progress, now),
    ...(late ? LIVE_NOTE : []),
  ];
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={spreadParts(services.theme, [' ', ...summary], filterParts(view), width)} />
      <Table
        columns={columns}
        count={rows.count}
        rowAt={(index) => rows.at(index)}
        list={list}
        width={width}
        height={height - 1}
        sort={sort}
        isMarked={(row: FleetRow) => marks.has(row.router.id)}
        empty={emptyText(progress.loading, view.filter, rows.size)}
      />
    </Box>
  );
}

function emptyText(loading: boolean, filter: string, total: number): string {
  if (loading) return 'Reading the inventory …';
  if (total === 0) return 'There is no router yet: load some with `netup-tui fleet load FILE`.';
  return filter === '' ? '' : `No router ${NOTHING_FITS}`;
}

/** Gives the ids of the rows on the screen. */
function rowsInSight(services: ConsoleServices): () => readonly string[] {
  const seen = { version: -1, top: 0, length: 0 };
  let ids: readonly string[] = [];
  return () => {
    const { rows } = fleetOf(services);
    const { top } = currentList(services);
    const length = Math.max(0, Math.min(listHeight(services), rows.count - top));
    if (seen.version === rows.version && seen.top === top && seen.length === length) return ids;
    Object.assign(seen, { version: rows.version, top, length });
    ids = Array.from({ length }, (_, index) => rows.at(top + index)?.router.id ?? '');
    return ids;
  };
}

export const fleetScreen = defineScreen({
  route: fleetRoute,
  component: FleetScreen,
  commands: fleetCommands,
  status(services) {
    const { rows } = fleetOf(services);
    if (rows.count === 0) return '';
    const { cursor } = currentList(services);
    const marks = services.store.get(fleetMarksSlice).size;
    const marked = marks === 0 ? '' : ` · ${formatCount(marks)} marked`;
    const range = services.store.get(fleetRangeSlice) === null ? '' : ' · range';
    return `${formatCount(cursor + 1)} of ${formatCount(rows.count)}${marked}${range}`;
  },
  load(services, _params, signal) {
    restoreTable(services, fleetTable);
    keepFollowing(services, signal);
    return keepVisibleSeries(services, signal, rowsInSight(services));
  },
});
