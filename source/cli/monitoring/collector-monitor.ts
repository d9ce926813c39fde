import type { CollectorCounts } from '../../collectors/collector.ts';
import { SHARE_TERMS } from '../../collectors/sharing/shares.ts';
import { type Metric, single } from '../../model/metrics-text.ts';
import type { Database } from '../../postgres/database.ts';
import type { TelemetryStore } from '../../telemetry/store.ts';
import { databaseCheck, databaseMetric } from './database-check.ts';
import type { Monitor } from './monitor.ts';
import { spoolMetrics } from './spool-metrics.ts';

/** What is watched of a collector. */
export interface WatchedCollector {
  takeCounts(): CollectorCounts;
  readonly renewedAgo: number | null;
}

type Counted = 'polls' | 'failures' | 'late' | 'doubts' | 'dropped';
const NONE: Readonly<Record<Counted, number>> = { polls: 0, failures: 0, late: 0, doubts: 0, dropped: 0 };

/** Keeps the counts of a collector for two readers: since the start for metrics, since the last line for the log. */
export class CollectorTally {
  readonly #collector: WatchedCollector;
  #total = NONE;
  #told = NONE;

  constructor(collector: WatchedCollector) {
    this.#collector = collector;
  }

  /** As a collector counts, and all since it started. */
  read(): CollectorCounts {
    const counts = this.#collector.takeCounts();
    this.#total = combine(this.#total, counts, 1);
    return { ...counts, ...this.#total };
  }

  /** What came since this was asked for last. */
  takeNew(): CollectorCounts {
    const counts = this.read();
    const fresh = combine(counts, this.#told, -1);
    this.#told = this.#total;
    return { ...counts, ...fresh };
  }
}

function combine(
  a: Readonly<Record<Counted, number>>,
  b: Readonly<Record<Counted, number>>,
  sign: 1 | -1,
): typeof NONE {
  return {
    polls: a.polls + sign * b.polls,
    failures: a.failures + sign * b.failures,
    late: a.late + sign * b.late,
    doubts: a.doubts + sign * b.doubts,
    dropped: a.dropped + sign * b.dropped,
  };
}

export interface CollectorMonitorOptions {
  readonly database: Database;
  readonly telemetry: TelemetryStore;
  readonly collector: WatchedCollector;
  readonly tally: CollectorTally;
  readonly processMetrics: () => readonly Metric[];
}

export function collectorMonitor({
  database,
  telemetry,
  collector,
  tally,
  processMetrics,
}: CollectorMonitorOptions): Monitor {
  const look = databaseCheck(database, 'netup_worker');
  const spool = spoolMetrics(() => telemetry);
  return {
    async readiness() {
      const { renewedAgo } = collector;
      const expired = renewedAgo === null || renewedAgo > SHARE_TERMS.lease;
      return { ...(await look()), leases: expired ? 'not renewed' : null };
    },
    async metrics() {
      const [readiness, ofSpool] = await Promise.all([look(), spool()]);
      const counts = tally.read();
      const { polls, failures } = counts;
      return [
        ...processMetrics(),
        databaseMetric(readiness),
        single('gauge', 'netup_collector_routers', 'Routers that this collector polls.', counts.routers),
        single('gauge', 'netup_collector_silent_routers', 'Those of them that do not answer.', counts.silent),
        {
          name: 'netup_collector_polls_total',
          help: 'Polls by whether the router answered.',
          type: 'counter',
          samples: [
            { labels: { result: 'answered' }, value: polls - failures },
            { labels: { result: 'failed' }, value: failures },
          ],
        },
        single(
          'counter',
          'netup_collector_late_polls_total',
          'Polls that began more than a tenth of the shortest interval after their turn.',
          counts.late,
        ),
        single('counter', 'netup_collector_doubts_total', 'Values that went into quarantine.', counts.doubts),
        single(
          'counter',
          'netup_collector_dropped_points_total',
          'Points that memory had no room for.',
          counts.dropped,
        ),
        single('gauge', 'netup_collector_waiting_points', 'Points not yet handed over.', counts.waiting.points),
        single('gauge', 'netup_collector_waiting_routers', 'Routers not yet in PostgreSQL.', counts.waiting.routers),
        ...ofSpool,
      ];
    },
  };
}
