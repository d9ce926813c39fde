import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Lines } from '../../components/line.tsx';
import { formatScroll } from '../../format/scroll.ts';
import { planSlice, watchPlan } from '../../loaders/plan.ts';
import { watchWorkers, workersSlice } from '../../loaders/workers.ts';
import { defineScreen } from '../../screen.ts';
import { zoneSlice } from '../../state/session.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts } from '../../text/parts.ts';
import { upgradeRoute } from '../routes.ts';
import { upgradeCommands } from './commands.ts';
import { loadUpgrade } from './load.ts';
import { linesOf, scrolled } from './scroll.ts';
import { type LoadedUpgrade, notRead, upgradeScrollSlice, upgradeSlice } from './state.ts';

/** Spans such as `in 2 d 3 h` are drawn anew this often. */
const TICK_MS = 30_000;
/** Ages in an outage, and the time of a step that runs. */
const FAST_TICK_MS = 1000;

function UpgradeScreen({ params }: { readonly params: { readonly upgradeId: string } }): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const read = useSlice(upgradeSlice);
  const loaded = read.upgradeId === params.upgradeId ? read : notRead(params.upgradeId);
  const scroll = useSlice(upgradeScrollSlice);
  const zone = useSlice(zoneSlice);
  const workers = useSlice(workersSlice);
  const seen = useSlice(planSlice);
  const plan = seen.upgradeId === params.upgradeId ? seen.plan : null;
  const now = useNow(isMoving(loaded) ? FAST_TICK_MS : TICK_MS);
  const all = linesOf(loaded, params.upgradeId, { zone, now, workers, plan, width: width - 1 });
  const from = Math.max(0, Math.min(scroll, all.length - height));
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Lines lines={all.slice(from, from + height).map((parts) => fitParts(theme, [' ', ...parts], width))} />
    </Box>
  );
}

function isMoving({ failed, upgrade }: LoadedUpgrade): boolean {
  return failed || upgrade?.status === 'running';
}

export const upgradeScreen = defineScreen({
  route: upgradeRoute,
  component: UpgradeScreen,
  commands: upgradeCommands,
  status: (services) => formatScroll(scrolled(services)),
  async load(services, { upgradeId }, signal) {
    await Promise.all([
      loadUpgrade(services, upgradeId, signal),
      watchPlan(services, upgradeId, signal),
      watchWorkers(services, signal),
    ]);
  },
});
