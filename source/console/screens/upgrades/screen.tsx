import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { plural } from '../../format/numbers.ts';
import { workersSlice } from '../../loaders/workers.ts';
import { defineScreen } from '../../screen.ts';
import { zoneSlice } from '../../state/session.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { restoreTable } from '../../tables/remembered.ts';
import { filterParts, NOTHING_FITS, useTable } from '../../tables/use-table.ts';
import { type Part, fitParts, spreadParts } from '../../text/parts.ts';
import { decidingSlice } from '../approvals/state.ts';
import { upgradesRoute } from '../routes.ts';
import { upgradesCommands } from './commands.ts';
import { loadUpgrades } from './load.ts';
import { markedUpgrades, upgradesMarksSlice } from './marks.ts';
import { upgradesNote } from './note.ts';
import { planNote } from './plan-note.ts';
import { headHeight, shownUpgrades } from './selection.ts';
import {
  openPlansSlice,
  progressSlice,
  UPGRADE_VIEWS,
  upgradesIn,
  upgradesListSlice,
  upgradesSlice,
  upgradesTable,
  upgradesViewSlice,
} from './state.ts';

const EMPTY = {
  open: 'No upgrade is open. Choose a router in the fleet and press u to request one.',
  waiting: 'Nothing waits for approval. tab shows the other upgrades.',
  approved: 'Nothing is approved and waiting for its start. tab shows the other upgrades.',
  over: 'No upgrade is over yet. tab shows those that go on.',
  all: 'There is no upgrade yet. Choose a router in the fleet and press u to request one.',
} as const;

/** What counts as of late moves on this often. */
const TICK_MS = 60_000;
/** When the next wave opens moves on this often. */
const PLAN_TICK_MS = 1000;

function UpgradesScreen(): ReactNode {
  const services = useServices();
  const { theme } = services;
  const { columns: width, rows: height } = useBody();
  const { upgrades, loadedAt } = useSlice(upgradesSlice);
  useSlice(progressSlice);
  const { view: seen, columns, sort } = useTable(upgradesTable);
  const view = useSlice(upgradesViewSlice);
  const list = useSlice(upgradesListSlice);
  useSlice(zoneSlice);
  const workers = useSlice(workersSlice);
  const marks = useSlice(upgradesMarksSlice);
  const deciding = useSlice(decidingSlice);
  const plans = useSlice(openPlansSlice);
  const now = useNow(plans.size === 0 ? TICK_MS : PLAN_TICK_MS);
  const shown = upgradesTable.rowsShown(services);
  const tabs = UPGRADE_VIEWS.flatMap((name): readonly Part[] => [
    {
      tone: name === view ? 'key' : 'muted',
      text: `${name === view ? '●' : ' '}${name} ${upgradesIn(upgrades, name).length}`,
    },
    '   ',
  ]);
  const note: readonly Part[] =
    deciding === null
      ? upgradesNote(upgrades, workers, now)
      : [{ tone: 'accent', text: ` ${deciding.verb} ${deciding.done} of ${deciding.total} … X stops` }];
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={spreadParts(theme, [' ', ...tabs], filterParts(seen), width)} />
      <Line text={fitParts(theme, note, width)} />
      {plans.size === 0 ? null : <Line text={fitParts(theme, planNote(plans, shown[list.cursor], now), width)} />}
      <Table
        columns={columns}
        count={shown.length}
        rowAt={(index) => shown[index]}
        list={list}
        width={width}
        height={height - headHeight(plans) + 1}
        sort={sort}
        isMarked={({ id }) => marks.has(id)}
        empty={
          loadedAt === null
            ? 'Reading the upgrades …'
            : seen.filter === ''
              ? EMPTY[view]
              : `No upgrade of this view ${NOTHING_FITS}`
        }
      />
    </Box>
  );
}

export const upgradesScreen = defineScreen({
  route: upgradesRoute,
  component: UpgradesScreen,
  commands: upgradesCommands,
  status(services) {
    const { list, rows } = shownUpgrades(services);
    const marked = markedUpgrades(services).length;
    const marks = marked === 0 ? '' : `${marked} marked`;
    if (rows.length === 0) return marks;
    return `${list.cursor + 1} of ${plural(rows.length, 'upgrade')}${marks === '' ? '' : ` · ${marks}`}`;
  },
  load(services, _params, signal) {
    restoreTable(services, upgradesTable);
    return loadUpgrades(services, signal);
  },
});
