import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Policy } from '../../../model/policy.ts';
import { LineChart } from '../../components/line-chart.tsx';
import { Line, Lines } from '../../components/line.tsx';
import { ago } from '../../format/age.ts';
import { formatScroll } from '../../format/scroll.ts';
import { formatClock } from '../../format/times.ts';
import { defineScreen } from '../../screen.ts';
import { zoneSlice } from '../../state/session.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, type Part, spreadParts } from '../../text/parts.ts';
import { routerRoute } from '../routes.ts';
import { routerCommands } from './commands.ts';
import { decisionParts, factParts, recordAgeParts, versionParts } from './facts.ts';
import { chartHeight } from './layout.ts';
import { routerLines, unreadNote } from './lines.ts';
import { loadRouter } from './load.ts';
import { scrolled } from './scroll.ts';
import {
  firstRecord,
  policyOf,
  routerJudgementSlice,
  type RouterReadings,
  routerReadingsSlice,
  type RouterRecord,
  routerRecordSlice,
  routerScrollSlice,
} from './state.ts';

/** Ages are drawn anew this often. */
const TICK_MS = 10_000;
const OUTAGE_TICK_MS = 1000;

function RouterScreen({
  params,
}: {
  readonly params: { readonly routerId: string; readonly hostname: string };
}): ReactNode {
  const services = useServices();
  const { theme } = services;
  const { columns: width, rows: height } = useBody();
  const read = useSlice(routerRecordSlice);
  const record = read.routerId === params.routerId ? read : firstRecord(services, params.routerId);
  const readings = useSlice(routerReadingsSlice);
  const scroll = useSlice(routerScrollSlice);
  const judgement = useSlice(routerJudgementSlice);
  const zone = useSlice(zoneSlice);
  const now = useNow(record.failed || readings.failed || judgement.failed ? OUTAGE_TICK_MS : TICK_MS);
  const { router } = record;
  if (router === null) return <Line text={fitParts(theme, [' ', absentPart(record, params.hostname)], width)} />;
  const charts = chartHeight(height);
  const lines = routerLines({ record, readings, judgement }, { zone, now });
  const room = Math.max(0, height - 2 - charts);
  const from = Math.max(0, Math.min(scroll, lines.length - room));
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={spreadParts(theme, [' ', ...factParts(router, now)], recordAgeParts(record, now), width)} />
      <Line text={spreadParts(theme, [' ', ...versionParts(router)], [...decisionParts(judgement, now), ' '], width)} />
      <Charts
        readings={readings}
        policy={policyOf(record)?.policy}
        width={width}
        height={charts}
        zone={zone}
        timeZone={router.timeZone}
        now={now}
      />
      <Lines lines={lines.slice(from, from + room).map((parts) => fitParts(theme, [' ', ...parts], width))} />
    </Box>
  );
}

function absentPart({ state, failed }: RouterRecord, hostname: string): Part {
  if (state === 'missing') {
    return { tone: 'warn', text: `There is no router ${hostname} in this organization. Esc goes back.` };
  }
  if (failed) return { tone: 'bad', text: 'The router is not read: PostgreSQL does not answer. It is asked again.' };
  return { tone: 'muted', text: 'Reading the router …' };
}

interface ChartsProps {
  readonly readings: RouterReadings;
  /** Whose limits are drawn in. */
  readonly policy: Policy | undefined;
  readonly now: number;
  readonly width: number;
  readonly height: number;
  readonly zone: 'utc' | 'site';
  readonly timeZone: string;
}

/** CPU and free memory side by side, with the policy's limits drawn in. */
function Charts({ readings, policy, width, height, zone, timeZone, now }: ChartsProps): ReactNode {
  const { cpu, memory, readAt, failed } = readings;
  const age = failed && readAt !== null ? `, as of ${ago(now - readAt)}` : '';
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
    empty: unreadNote(readings) ?? 'no data in the last 2 h',
  };
  const limit = (label: string, value: number | undefined) =>
    value === undefined ? {} : { threshold: { value, label: `${label} ${value}%` } };
  return (
    <Box width={width} height={height} flexShrink={0}>
      <LineChart
        title={`CPU, 2 h${age}`}
        values={cpu?.values ?? []}
        width={half}
        {...common}
        {...limit('limit', policy?.maxCpuPercent)}
      />
      <LineChart
        title={`free memory, 2 h${age}`}
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
  status: (services) => formatScroll(scrolled(services)),
  load: (services, { routerId }, signal) => loadRouter(services, routerId, signal),
});
