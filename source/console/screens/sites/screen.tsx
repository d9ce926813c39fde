import { Box } from 'ink';
import type { ReactNode } from 'react';
import { listSiteOverviews } from '../../../postgres/site-overview.ts';
import { Line } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { plural } from '../../format/numbers.ts';
import { outageText } from '../../format/outage.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import { pause } from '../../pause.ts';
import { defineScreen } from '../../screen.ts';
import type { ConsoleServices } from '../../services.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, type Part } from '../../text/parts.ts';
import { sitesRoute } from '../routes.ts';
import { siteColumns } from './columns.ts';
import { sitesCommands } from './commands.ts';
import { setSites, sitesListSlice, sitesSlice } from './state.ts';

const NOTE = 'IMAGES: how routers get them, by `netup-tui site set`. OFF: in maintenance or offline.';
const EMPTY = 'There is no site yet: `netup-tui fleet load FILE` reads some.';
const OUTAGE_TICK_MS = 1000;
/** Upgrades that run change all the time: sites are read this often at most, and more seldom if that takes long. */
const REST_MS = 500;
const REST = 4;

function SitesScreen(): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const { sites, readAt, failed } = useSlice(sitesSlice);
  const list = useSlice(sitesListSlice);
  const now = useNow(failed ? OUTAGE_TICK_MS : null);
  const note: Part = failed ? { tone: 'bad', text: outageText(readAt, now) } : { tone: 'muted', text: NOTE };
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={fitParts(theme, [' ', note], width)} />
      <Table
        columns={siteColumns}
        count={sites?.length ?? 0}
        rowAt={(index) => sites?.[index]}
        list={list}
        width={width}
        height={height - 1}
        empty={sites === null ? 'Reading the sites …' : EMPTY}
      />
    </Box>
  );
}

async function load(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  await keepFresh(services, 'the sites', ['routers', 'upgrades'], signal, async () => {
    const began = performance.now();
    await noted(services, sitesSlice, signal, async () => {
      const sites = await listSiteOverviews(services.scope());
      if (!signal.aborted) setSites(services, sites);
    });
    await pause(Math.max(REST_MS, (performance.now() - began) * REST), signal);
  });
}

export const sitesScreen = defineScreen({
  route: sitesRoute,
  component: SitesScreen,
  commands: sitesCommands,
  status({ store }) {
    const { sites } = store.get(sitesSlice);
    if (sites === null || sites.length === 0) return '';
    return `${store.get(sitesListSlice).cursor + 1} of ${plural(sites.length, 'site')}`;
  },
  load: (services, _params, signal) => load(services, signal),
});
