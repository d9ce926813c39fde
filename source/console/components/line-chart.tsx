import { Box, Text, useIsScreenReaderEnabled } from 'ink';
import type { ReactNode } from 'react';
import { spokenSeries } from '../speech/trend.ts';
import { useServices } from '../state/use-selector.ts';
import { chartLines, type ChartOptions } from './chart-lines.ts';
import { Lines } from './line.tsx';

/** A line chart in a frame, with axis, unit, limit and gaps where nothing was measured. */
export function LineChart(options: ChartOptions): ReactNode {
  const { theme } = useServices();
  if (useIsScreenReaderEnabled()) return <Text>{spokenChart(options)}</Text>;
  return (
    <Box flexDirection="column" width={options.width} height={options.height} flexShrink={0}>
      <Lines lines={chartLines(theme, options)} />
    </Box>
  );
}

/** `CPU, 2 h: last 46%, least 40%, greatest 52%, steady; limit 80%.`. */
function spokenChart({ title, values, unit = '', threshold, empty }: ChartOptions): string {
  const known = values.some((value) => value !== null);
  const series = known ? spokenSeries(values, (value) => `${Math.round(value)}${unit}`) : (empty ?? 'no data');
  return `${title}: ${series}${threshold === undefined ? '' : `; ${threshold.label}`}.`;
}
