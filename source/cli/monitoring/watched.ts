import { version } from '../../config/package-root.ts';
import type { Metric } from '../../model/metrics-text.ts';
import type { ListenAddress } from '../listen-address.ts';
import type { Monitor } from './monitor.ts';
import { serveMonitor } from './monitor-server.ts';
import { processMetrics } from './process-metrics.ts';

/** Does some work while it can be watched at an address, if there is one; `tell` is told where. */
export async function watched<T>(
  address: ListenAddress | null,
  kind: 'worker' | 'collector' | 'mcp' | 'serve',
  monitorOf: (metrics: () => readonly Metric[]) => Monitor,
  tell: (url: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  if (address === null) return work();
  const own = processMetrics(kind, version);
  try {
    const server = await serveMonitor(
      address,
      monitorOf(() => own.read()),
    );
    tell(server.url);
    try {
      return await work();
    } finally {
      await server.close();
    }
  } finally {
    own.stop();
  }
}
