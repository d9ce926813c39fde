import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Policy } from '../../../model/policy.ts';
import type { History } from '../../../model/telemetry.ts';
import type { Extremes } from '../../components/chart-band.ts';
import type { ChartOptions } from '../../components/chart-lines.ts';
import { LineChart } from '../../components/line-chart.tsx';
import { ago } from '../../format/age.ts';
import type { ClockMode } from '../../format/times.ts';
import { useSlice } from '../../state/use-selector.ts';
import { chartEnds, stepWords } from './chart-labels.ts';
import { chartWindowSlice, noCharts, type RouterCharts } from './chart-state.ts';
import { unreadNote } from './lines.ts';

interface ChartsProps {
  readonly charts: RouterCharts;
  /** Whose limits are drawn in. */
  readonly policy: Policy | undefined;
  readonly now: number;
  readonly width: number;
  readonly height: number;
  readonly zone: ClockMode;
  readonly timeZone: string;
}

/** Narrower than this a heading has no room for what a step is. */
const ROOMY = 50;

/** CPU and free memory side by side: means, extremes, and the policy's limits. */
export function Charts({ charts, policy, width, height, now, ...times }: ChartsProps): ReactNode {
  const window = useSlice(chartWindowSlice);
  // For as long as the newly chosen window is not read, the other one's line is not shown under its name.
  const shown = charts.window === window ? charts : noCharts(charts.routerId, window);
  const half = Math.floor(width / 2);
  const chart = (history: History | null, name: string, cells: number): ChartOptions => {
    const steps = history === null || cells < ROOMY ? '' : stepWords(history, window);
    const age = shown.failed && shown.readAt !== null ? `, as of ${ago(now - shown.readAt)}` : '';
    return {
      title: `${name}, ${window}${steps}${age}`,
      values: history?.steps.map(({ mean }) => mean) ?? [],
      extremes:
        history?.steps.map(({ min, max }): Extremes | null => (min === null || max === null ? null : [min, max])) ?? [],
      width: cells,
      height,
      min: 0,
      max: 100,
      unit: '%',
      empty: unreadNote(shown) ?? `no data in the last ${window}`,
      ...(history === null
        ? {}
        : { ends: chartEnds(history, window, { width: cells, now: shown.readAt ?? now, ...times }) }),
    };
  };
  const limit = (label: string, value: number | undefined) =>
    value === undefined ? {} : { threshold: { value, label: `${label} ${value}%` } };
  return (
    <Box width={width} height={height} flexShrink={0}>
      <LineChart {...chart(shown.cpu, 'CPU', half)} {...limit('limit', policy?.maxCpuPercent)} />
      <LineChart
        {...chart(shown.memory, 'free memory', width - half)}
        {...limit('minimum', policy?.minFreeMemPercent)}
      />
    </Box>
  );
}
