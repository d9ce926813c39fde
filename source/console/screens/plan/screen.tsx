import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Lines } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { plural } from '../../format/numbers.ts';
import { notSeen, planSlice, type SeenPlan } from '../../loaders/plan.ts';
import { defineScreen } from '../../screen.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts } from '../../text/parts.ts';
import { planRoute } from '../routes.ts';
import type { UpgradeRow } from '../upgrades/columns.ts';
import { planColumns } from './columns.ts';
import { planCommands } from './commands.ts';
import { headLines } from './head.ts';
import { loadPlan } from './load.ts';
import { planRows } from './selection.ts';
import { inWaves, planListSlice, planProgressSlice, planUpgradesSlice } from './state.ts';

/** When the next wave opens is drawn anew this often. */
const TICK_MS = 1000;

function PlanScreen({ params }: { readonly params: { readonly upgradeId: string } }): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const read = useSlice(planSlice);
  const seen = read.upgradeId === params.upgradeId ? read : notSeen(params.upgradeId);
  const { upgrades, loadedAt } = useSlice(planUpgradesSlice);
  const progress = useSlice(planProgressSlice);
  const list = useSlice(planListSlice);
  const now = useNow(seen.failed || seen.plan?.state === 'active' ? TICK_MS : null);
  const head = headLines(seen, { now, width: width - 1 });
  const rows = inWaves(upgrades);
  const rowAt = (index: number): UpgradeRow | undefined => {
    const upgrade = rows[index];
    return upgrade === undefined ? undefined : { ...upgrade, progress: progress.get(upgrade.id) ?? null };
  };
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Lines lines={head.map((parts) => fitParts(theme, [' ', ...parts], width))} />
      <Table
        columns={planColumns}
        count={seen.plan === null ? 0 : rows.length}
        rowAt={rowAt}
        list={list}
        width={width}
        height={height - head.length}
        empty={emptyText(seen, loadedAt)}
      />
    </Box>
  );
}

function emptyText({ plan, readAt }: SeenPlan, loadedAt: number | null): string {
  if (readAt === null || (plan !== null && loadedAt === null)) return 'Reading the plan …';
  return plan === null
    ? 'This upgrade goes in no plan with waves: a request makes one, on its schedule page. Esc goes back.'
    : '';
}

export const planScreen = defineScreen({
  route: planRoute,
  component: PlanScreen,
  commands: planCommands,
  status(services) {
    const { list, rows } = planRows(services);
    return rows.length === 0 ? '' : `${list.cursor + 1} of ${plural(rows.length, 'upgrade')}`;
  },
  load: loadPlan,
});
