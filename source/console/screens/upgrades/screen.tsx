import { Box } from 'ink';
import { useMemo, type ReactNode } from 'react';
import { listUpgrades } from '../../../postgres/upgrades.ts';
import { Line } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { plural } from '../../format/numbers.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { defineScreen } from '../../screen.ts';
import type { ConsoleServices } from '../../services.ts';
import { zoneSlice } from '../../state/session.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, type Part } from '../../text/parts.ts';
import { upgradesRoute } from '../routes.ts';
import { upgradeColumns } from './columns.ts';
import { upgradesCommands } from './commands.ts';
import { keepCurrent, shownUpgrades } from './selection.ts';
import {
  MOST_UPGRADES,
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

function UpgradesScreen(): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const { upgrades, loadedAt } = useSlice(upgradesSlice);
  const view = useSlice(upgradesViewSlice);
  const list = useSlice(upgradesListSlice);
  const zone = useSlice(zoneSlice);
  const shown = useMemo(() => upgradesIn(upgrades, view), [upgrades, view]);
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
      <Line text={fitParts(theme, [{ tone: 'warn', text: ` ${workerNote(upgrades.length > 0)}` }], width)} />
      <Table
        columns={upgradeColumns[zone]}
        count={shown.length}
        rowAt={(index) => shown[index]}
        list={list}
        width={width}
        height={height - 2}
        empty={loadedAt === null ? 'Reading the upgrades …' : EMPTY[view]}
      />
    </Box>
  );
}

/** There is no worker in this version: what is approved waits, and nobody should think that it runs. */
function workerNote(relevant: boolean): string {
  return relevant ? 'No worker is connected: approved upgrades wait and nothing is started.' : '';
}

async function load(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  await keepFresh(services, 'the upgrades', ['upgrades'], signal, async () => {
    const upgrades = await listUpgrades(services.scope(), { limit: MOST_UPGRADES });
    if (signal.aborted) return;
    keepCurrent(services, () =>
      services.store.set(upgradesSlice, { upgrades, loadedAt: services.context.now().getTime() }),
    );
  });
}

export const upgradesScreen = defineScreen({
  route: upgradesRoute,
  component: UpgradesScreen,
  commands: upgradesCommands,
  status(services) {
    const { list, rows } = shownUpgrades(services);
    return rows.length === 0 ? '' : `${list.cursor + 1} of ${plural(rows.length, 'upgrade')}`;
  },
  load: (services, _params, signal) => load(services, signal),
});
