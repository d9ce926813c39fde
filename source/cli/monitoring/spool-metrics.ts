import { type Metric, single } from '../../model/metrics-text.ts';
import type { TelemetryStore } from '../../telemetry/store.ts';
import { sharedAnswer } from './shared-answer.ts';

/** What waits on this machine to be stored and what was lost, of all its processes; empty where points are stored at once. */
export function spoolMetrics(store: () => TelemetryStore | null): () => Promise<readonly Metric[]> {
  const look = sharedAnswer(async () => (await store()?.writing?.()) ?? null, { keepMs: 1000, withinMs: 2000 });
  return async () => {
    const writing = await look();
    if (writing === null) return [];
    const { waiting, bytes, oldestAt, dropped, damaged, refused } = writing;
    const oldest = oldestAt === null ? 0 : Math.max(0, (Date.now() - oldestAt) / 1000);
    const refusals = Object.values(refused).reduce((sum, many) => sum + many, 0);
    return [
      single('gauge', 'netup_spool_waiting_points', 'Points of this machine that wait for InfluxDB.', waiting),
      single('gauge', 'netup_spool_waiting_bytes', 'Their size on disk.', bytes),
      single('gauge', 'netup_spool_oldest_seconds', 'How long the oldest of them has waited.', oldest),
      {
        name: 'netup_spool_lost_points',
        help: 'Points given up by the writers that there are on this machine, by why. Goes down when a writer ends.',
        type: 'gauge',
        samples: [
          { labels: { reason: 'dropped' }, value: dropped },
          { labels: { reason: 'refused' }, value: refusals },
          { labels: { reason: 'damaged' }, value: damaged },
        ],
      },
    ];
  };
}
