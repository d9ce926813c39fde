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
import { fitParts, type Part } from '../../text/parts.ts';
import { upgradesRoute } from '../routes.ts';
import { type UpgradeRow, upgradeColumns } from './columns.ts';
import { upgradesCommands } from './commands.ts';
import { loadUpgrades } from './load.ts';
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
  upgradesViewSlice,
} from './state.ts';

const EMPTY = {
  open: 'No upgrade is open. Choose a router in the fleet and press u to request one.',
  waiting: 'Nothing waits for approval.',
  approved: 'Nothing is approved and waiting for its start.',
  over: 'No upgrade is over yet.',
  all: 'There is no upgrade yet. Choose a router in the fleet and press u to request one.',
} as const;

/** What counts as of late moves on this often. */
const TICK_MS = 60_000;
/** When the next wave opens moves on this often. */
const PLAN_TICK_MS = 1000;

function UpgradesScreen(): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const { upgrades, loadedAt } = useSlice(upgradesSlice);
  const progress = useSlice(progressSlice);
  const view = useSlice(upgradesViewSlice);
  const list = useSlice(upgradesListSlice);
  const zone = useSlice(zoneSlice);
  const workers = useSlice(workersSlice);
  const plans = useSlice(openPlansSlice);
  const now = useNow(plans.size === 0 ? TICK_MS : PLAN_TICK_MS);
  const shown = upgradesIn(upgrades, view);
  const rowAt = (index: number): UpgradeRow | undefined => {
    const upgrade = shown[index];
    return upgrade === undefined ? undefined : { ...upgrade, progress: progress.get(upgrade.id) ?? null };
  };
  const tabs = UPGRADE_VIEWS.flatMap((name): readonly Part[] => [
    {
      tone: name === view ? 'key' : 'muted',
      text: `${name === view ? '●' : ' '}${name} ${upgradesIn(upgrades, name).length}`,
    },
    '   ',
  ]);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={fitParts(theme, [' ', ...tabs], width)} />
      <Line text={fitParts(theme, upgradesNote(upgrades, workers, now), width)} />
      {plans.size === 0 ? null : <Line text={fitParts(theme, planNote(plans, shown[list.cursor], now), width)} />}
      <Table
        columns={upgradeColumns[zone][plans.size === 0 ? 'plain' : 'withWaves']}
        count={shown.length}
        rowAt={rowAt}
        list={list}
        width={width}
        height={height - headHeight(plans) + 1}
        empty={loadedAt === null ? 'Reading the upgrades …' : EMPTY[view]}
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
    return rows.length === 0 ? '' : `${list.cursor + 1} of ${plural(rows.length, 'upgrade')}`;
  },
  load: (services, _params, signal) => loadUpgrades(services, signal),
});
