import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line, Lines } from '../../components/line.tsx';
import { formatScroll } from '../../format/scroll.ts';
import { defineScreen } from '../../screen.ts';
import { decidingSlice, stopDecidingWith } from '../../loaders/deciding.ts';
import { zoneSlice } from '../../state/session.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, type Part, spreadParts } from '../../text/parts.ts';
import { routerRoute } from '../routes.ts';
import { routerChartsSlice } from './chart-state.ts';
import { Charts } from './charts.tsx';
import { routerCommands } from './commands.ts';
import { decisionParts, factParts, recordAgeParts, versionParts } from './facts.ts';
import { chartHeight } from './layout.ts';
import { routerLines } from './lines.ts';
import { loadRouter } from './load.ts';
import { scrolled } from './scroll.ts';
import {
  firstRecord,
  policyOf,
  routerJudgementSlice,
  routerMadeSlice,
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
  const made = useSlice(routerMadeSlice);
  const deciding = useSlice(decidingSlice);
  const charts = useSlice(routerChartsSlice);
  const zone = useSlice(zoneSlice);
  const now = useNow(record.failed || readings.failed || charts.failed || judgement.failed ? OUTAGE_TICK_MS : TICK_MS);
  const { router } = record;
  if (router === null) return <Line text={fitParts(theme, [' ', absentPart(record, params.hostname)], width)} />;
  const tall = chartHeight(height);
  const lines = routerLines({ record, readings, judgement, made, deciding }, { zone, now, width: width - 2 });
  const room = Math.max(0, height - 2 - tall);
  const from = Math.max(0, Math.min(scroll, lines.length - room));
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={spreadParts(theme, [' ', ...factParts(router, now)], recordAgeParts(record, now), width)} />
      <Line text={spreadParts(theme, [' ', ...versionParts(router)], [...decisionParts(judgement, now), ' '], width)} />
      <Charts
        charts={charts}
        policy={policyOf(record)?.policy}
        width={width}
        height={tall}
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

export const routerScreen = defineScreen({
  route: routerRoute,
  component: RouterScreen,
  commands: routerCommands,
  status: (services) => formatScroll(scrolled(services)),
  load(services, { routerId }, signal) {
    stopDecidingWith(services, signal);
    return loadRouter(services, routerId, signal);
  },
});
