import { Box } from 'ink';
import type { ReactNode } from 'react';
import { useServices } from '../state/use-selector.ts';
import { chartLines, type ChartOptions } from './chart-lines.ts';
import { Lines } from './line.tsx';

/** A line chart in a frame, with axis, unit, limit and gaps where nothing was measured. */
export function LineChart(options: ChartOptions): ReactNode {
  const { theme } = useServices();
  return (
    <Box flexDirection="column" width={options.width} height={options.height} flexShrink={0}>
      <Lines lines={chartLines(theme, options)} />
    </Box>
  );
}
