import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { type Metric, single } from '../../model/metrics-text.ts';

/** Delays are told of the last whole span, so that any number of scrapers read the same. */
const SPAN_MS = 15_000;
/** The histogram counts nanoseconds, and the time that it sleeps itself, in milliseconds. */
const RESOLUTION_MS = 10;

/** What is told of any process. `stop` lets the process end. */
export function processMetrics(kind: string, version: string): { read(): readonly Metric[]; stop(): void } {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const look = (): readonly [string, number][] =>
    (['0.5', '0.99', '1'] as const).map((quantile) => [
      quantile,
      Math.max(0, (histogram.percentile(Number(quantile) * 100) || 0) / 1e9 - RESOLUTION_MS / 1000),
    ]);
  let last: readonly [string, number][] | null = null;
  const timer = setInterval(() => {
    last = look();
    histogram.reset();
  }, SPAN_MS);
  timer.unref();
  const startedAt = Date.now() / 1000 - process.uptime();
  return {
    read() {
      const { user, system } = process.cpuUsage();
      return [
        {
          name: 'netup_build_info',
          help: 'Always 1; the labels say what runs.',
          type: 'gauge',
          samples: [{ labels: { process: kind, version, node: process.versions.node }, value: 1 }],
        },
        single('gauge', 'process_start_time_seconds', 'When it started, since the epoch.', startedAt),
        single('counter', 'process_cpu_seconds_total', 'Processor time that it has used.', (user + system) / 1e6),
        single('gauge', 'process_resident_memory_bytes', 'Memory that it has.', process.memoryUsage.rss()),
        {
          name: 'netup_event_loop_delay_seconds',
          help: 'How late timers were in the last 15 s: half of them, 99 of 100, the latest.',
          type: 'gauge',
          samples: (last ?? look()).map(([quantile, value]) => ({ labels: { quantile }, value })),
        },
      ];
    },
    stop() {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
