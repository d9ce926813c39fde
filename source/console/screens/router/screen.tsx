import { Box } from 'ink';
import type { ReactNode } from 'react';
import { LineChart } from '../../components/line-chart.tsx';
import { Line, Lines } from '../../components/line.tsx';
import { formatClock } from '../../format/times.ts';
import { defineScreen } from '../../screen.ts';
import { zoneSlice } from '../../state/session.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, spreadParts } from '../../text/parts.ts';
import { routerRoute } from '../routes.ts';
import { routerCommands } from './commands.ts';
import { decisionParts, factParts, versionParts } from './facts.ts';
import { chartHeight } from './layout.ts';
import { routerLines } from './lines.ts';
import { loadRouter } from './load.ts';
import { type RouterReadings, routerReadingsSlice, routerRecordSlice, routerScrollSlice } from './state.ts';

/** Ages are drawn anew this often. */
const TICK_MS = 10_000;

function RouterScreen({ params }: { readonly params: { readonly hostname: string } }): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const record = useSlice(routerRecordSlice);
  const readings = useSlice(routerReadingsSlice);
  const scroll = useSlice(routerScrollSlice);
  const zone = useSlice(zoneSlice);
  const now = useNow(TICK_MS);
  const { router } = record;
  if (router === null) {
    const text =
      record.state === 'missing'
        ? `There is no router ${params.hostname} in this organization. Esc goes back.`
        : 'Reading the router …';
    return (
      <Line
        text={fitParts(theme, [{ tone: record.state === 'missing' ? 'warn' : 'muted', text: ` ${text}` }], width)}
      />
    );
  }
  const charts = chartHeight(height);
  const lines = routerLines(record, readings, { zone, now });
  const room = Math.max(0, height - 2 - charts);
  const from = Math.max(0, Math.min(scroll, lines.length - room));
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={fitParts(theme, [' ', ...factParts(router, now)], width)} />
      <Line text={spreadParts(theme, [' ', ...versionParts(router)], [...decisionParts(readings, now), ' '], width)} />
      <Charts readings={readings} width={width} height={charts} zone={zone} timeZone={router.timeZone} />
      <Lines lines={lines.slice(from, from + room).map((parts) => fitParts(theme, [' ', ...parts], width))} />
    </Box>
  );
}

interface ChartsProps {
  readonly readings: RouterReadings;
  readonly width: number;
  readonly height: number;
  readonly zone: 'utc' | 'site';
  readonly timeZone: string;
}

/** CPU and free memory side by side, with the policy's limits drawn in. */
function Charts({ readings, width, height, zone, timeZone }: ChartsProps): ReactNode {
  const { cpu, memory, policy, readAt } = readings;
  const half = Math.floor(width / 2);
  const series = cpu ?? memory;
  const ends: readonly [string, string] | undefined =
    series === null
      ? undefined
      : [
          formatClock(series.start, zone, timeZone),
          formatClock(series.start + series.stepMs * series.values.length, zone, timeZone),
        ];
  const common = {
    height,
    min: 0,
    max: 100,
    unit: '%',
    ...(ends === undefined ? {} : { ends }),
    empty: readAt === null ? 'reading …' : 'no data in the last 2 h',
  };
  const limit = (label: string, value: number | undefined) =>
    value === undefined ? {} : { threshold: { value, label: `${label} ${value}%` } };
  return (
    <Box width={width} height={height} flexShrink={0}>
      <LineChart
        title="CPU, 2 h"
        values={cpu?.values ?? []}
        width={half}
        {...common}
        {...limit('limit', policy?.maxCpuPercent)}
      />
      <LineChart
        title="free memory, 2 h"
        values={memory?.values ?? []}
        width={width - half}
        {...common}
        {...limit('minimum', policy?.minFreeMemPercent)}
      />
    </Box>
  );
}

export const routerScreen = defineScreen({
  route: routerRoute,
  component: RouterScreen,
  commands: routerCommands,
  load: (services, { routerId }, signal) => loadRouter(services, routerId, signal),
});
