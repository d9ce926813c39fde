import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Lines } from '../../components/line.tsx';
import { formatScroll } from '../../format/scroll.ts';
import { defineScreen } from '../../screen.ts';
import { zoneSlice } from '../../state/session.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts } from '../../text/parts.ts';
import { compareRoute } from '../routes.ts';
import { compareCommands } from './commands.ts';
import { loadComparison } from './load.ts';
import { linesNow, scrolled } from './scroll.ts';
import {
  comparedFiguresSlice,
  comparedUpgradeSlice,
  compareScrollSlice,
  compareSpanSlice,
  configurationDiffSlice,
} from './state.ts';

const OUTAGE_TICK_MS = 1000;

function CompareScreen(): ReactNode {
  const services = useServices();
  const { columns: width, rows: height } = useBody();
  const compared = useSlice(comparedUpgradeSlice);
  const figures = useSlice(comparedFiguresSlice);
  useSlice(compareSpanSlice);
  useSlice(configurationDiffSlice);
  useSlice(zoneSlice);
  const scroll = useSlice(compareScrollSlice);
  const now = useNow(compared.failed || figures.failed ? OUTAGE_TICK_MS : null);
  const all = linesNow(services, now);
  const from = Math.max(0, Math.min(scroll, all.length - height));
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Lines lines={all.slice(from, from + height).map((parts) => fitParts(services.theme, [' ', ...parts], width))} />
    </Box>
  );
}

export const compareScreen = defineScreen({
  route: compareRoute,
  component: CompareScreen,
  commands: compareCommands,
  status: (services) => formatScroll(scrolled(services)),
  load: (services, { upgradeId }, signal) => loadComparison(services, upgradeId, signal),
});
