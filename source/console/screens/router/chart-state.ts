import type { History } from '../../../model/telemetry.ts';
import { defineSlice } from '../../state/slice.ts';

const HOUR_MS = 3_600_000;

/** The windows that the charts can show. Each has about as many steps as a chart has columns. */
export const CHART_WINDOWS = {
  '2 h': { ms: 2 * HOUR_MS, steps: 120 },
  '30 d': { ms: 30 * 24 * HOUR_MS, steps: 60 },
  '1 y': { ms: 365 * 24 * HOUR_MS, steps: 60 },
} as const;

export type ChartWindow = keyof typeof CHART_WINDOWS;

/** Stays as it is from router to router. */
export const chartWindowSlice = defineSlice<ChartWindow>('router.window', () => '2 h', { keep: true });

/** The window after this one; after the longest comes the shortest. */
export function nextWindow(window: ChartWindow): ChartWindow {
  if (window === '2 h') return '30 d';
  return window === '30 d' ? '1 y' : '2 h';
}

/** What the charts show. */
export interface RouterCharts {
  readonly routerId: string;
  readonly window: ChartWindow;
  readonly cpu: History | null;
  readonly memory: History | null;
  /** When they were read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt to read them failed. */
  readonly failed: boolean;
}

export const noCharts = (routerId: string, window: ChartWindow): RouterCharts => ({
  routerId,
  window,
  cpu: null,
  memory: null,
  readAt: null,
  failed: false,
});

export const routerChartsSlice = defineSlice<RouterCharts>('router.charts', () => noCharts('', '2 h'));
