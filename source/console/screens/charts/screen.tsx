import { Box, useIsScreenReaderEnabled } from 'ink';
import type { ReactNode } from 'react';
import { Lines } from '../../components/line.tsx';
import { plotRows } from '../../components/plot/plot-rows.ts';
import { defineScreen } from '../../screen.ts';
import { glyphSet } from '../../state/glyphs.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useSelector, useServices } from '../../state/use-selector.ts';
import { fitParts, type Part, spreadParts } from '../../text/parts.ts';
import { chartsRoute } from '../routes.ts';
import { chartsCommands } from './commands.ts';
import { FIGURES } from './figures.ts';
import { emptyText, headParts, noteParts } from './head.ts';
import { legendRows, markRows } from './legend.ts';
import { loadCharts } from './load.ts';
import { greatest, pictureOf } from './picture.ts';
import { type ChartedRouter, cursorSlice, stepCount } from './state.ts';
import { SpokenCharts } from './spoken-charts.tsx';
import { useDrawn } from './use-drawn.ts';
import { timeLabels } from './zone.ts';

/** The plot keeps so many rows, whatever stands below it. */
const SMALLEST_PLOT = 10;
const OUTAGE_TICK_MS = 1000;

function ChartsScreen({ params }: { readonly params: { readonly routers: readonly ChartedRouter[] } }): ReactNode {
  const services = useServices();
  const { theme } = services;
  const { columns: width, rows: height } = useBody();
  useDrawn();
  const reads = useIsScreenReaderEnabled();
  const set = useSelector(glyphSet);
  const picture = pictureOf(services, params.routers);
  const failed = picture.read.failed || picture.record.failed;
  const now = useNow(failed ? OUTAGE_TICK_MS : null);
  const legend = legendRows(picture, width - 1);
  const room = Math.max(0, height - 1 - SMALLEST_PLOT - legend.length);
  const marks = markRows(picture).slice(0, Math.min(4, room));
  if (reads) return <SpokenCharts picture={picture} now={now} />;
  const plot = plotRows({
    series: picture.lines.map(({ series }) => series),
    steps: picture.steps,
    scale: FIGURES[picture.figure].scale(greatest(picture)),
    limits: picture.limits.map(({ value }) => value),
    markers: picture.marks.map(({ marker }) => marker),
    cursor: picture.cursor,
    width: width - 2,
    height: Math.max(SMALLEST_PLOT, height - 1 - legend.length - marks.length),
    set,
    times: timeLabels(picture.window, picture.zone, picture.steps.end === 0 ? now : picture.steps.end),
    empty: emptyText(picture),
  });
  const below = [...legend, ...marks].map((parts) => fitParts(theme, parts, width));
  const rows = plot.map((parts: readonly Part[]) => fitParts(theme, [' ', ...parts], width));
  const head = spreadParts(theme, [' ', ...headParts(picture)], noteParts(picture, now), width);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Lines lines={[head, ...rows, ...below].slice(0, height)} />
    </Box>
  );
}

export const chartsScreen = defineScreen({
  route: chartsRoute,
  component: ChartsScreen,
  commands: chartsCommands,
  status(services) {
    const count = stepCount(services);
    const fromEnd = services.store.get(cursorSlice);
    return fromEnd === null || count === 0 ? '' : `step ${Math.max(1, count - fromEnd)} of ${count}`;
  },
  load: (services, { routers }, signal) => loadCharts(services, routers, signal),
});
