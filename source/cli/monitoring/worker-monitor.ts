import { type Metric, single } from '../../model/metrics-text.ts';
import type { Database } from '../../postgres/database.ts';
import { type OperationFigure, readOperationFigures } from '../../postgres/operation-figures.ts';
import type { TelemetryStore } from '../../telemetry/store.ts';
import type { EngineEvent } from '../../upgrades/engine/engine-event.ts';
import type { UpgradeServiceState } from '../../upgrades/worker/upgrade-service.ts';
import { databaseCheck, databaseMetric } from './database-check.ts';
import type { Monitor } from './monitor.ts';
import { sharedAnswer } from './shared-answer.ts';
import { spoolMetrics } from './spool-metrics.ts';
import { Tally } from './tally.ts';

/** Three announcements of a worker: after that others take it for gone. */
const SILENT_MS = 15_000;

export interface WorkerMonitorOptions {
  readonly database: Database;
  readonly telemetry: TelemetryStore;
  readonly slots: number;
  readonly state: () => UpgradeServiceState;
  readonly processMetrics: () => readonly Metric[];
}

/** What a worker counts while it works. */
export class WorkerCounts {
  readonly steps = new Tally();
  takeovers = 0;
  lost = 0;

  note(event: EngineEvent): void {
    if (event.event === 'taken' && event.again) this.takeovers += 1;
    if (event.event === 'step') this.steps.add({ step: event.step, result: event.result });
  }
}

export function workerMonitor(counts: WorkerCounts, options: WorkerMonitorOptions): Monitor {
  const { database, telemetry, slots, state } = options;
  const look = databaseCheck(database, 'netup_worker');
  const figures = sharedAnswer(() => readOperationFigures(database), { keepMs: 5000, withinMs: 3000 });
  const spool = spoolMetrics(() => telemetry);
  return {
    async readiness() {
      const { expired, announcedAgo } = state();
      const silent = announcedAgo === null || announcedAgo > SILENT_MS;
      return { ...(await look()), leases: expired > 0 || silent ? 'not renewed' : null };
    },
    async metrics() {
      const [readiness, found, ofSpool] = await Promise.all([look(), figures(), spool()]);
      const { busy, clockAhead } = state();
      return [
        ...options.processMetrics(),
        databaseMetric(readiness),
        single('gauge', 'netup_worker_slots', 'How many upgrades this worker carries out at once at most.', slots),
        single('gauge', 'netup_worker_busy', 'How many upgrades it carries out now.', busy),
        counts.steps.metric('netup_upgrade_steps_total', 'Steps that ended in this worker, by how.'),
        single(
          'counter',
          'netup_lease_takeovers_total',
          'Upgrades that had been begun when this worker took them: from a worker that is gone, after an outage, or resumed.',
          counts.takeovers,
        ),
        single('counter', 'netup_leases_lost_total', 'Upgrades that another worker took from this one.', counts.lost),
        ...(clockAhead === null
          ? []
          : [
              single(
                'gauge',
                'netup_clock_offset_seconds',
                "How far this computer's clock is ahead of the database's.",
                clockAhead / 1000,
              ),
            ]),
        ...ofSpool,
        ...figureMetrics(found ?? []),
      ];
    },
  };
}

const FIGURES: Readonly<Record<string, { readonly name: string; readonly help: string }>> = {
  upgrades: { name: 'netup_upgrades', help: 'Open upgrades of all organizations by status; paused ones are held.' },
  queue_due: { name: 'netup_queue_due', help: 'Upgrades that are due and that no worker has: they wait.' },
  queue_oldest_seconds: { name: 'netup_queue_oldest_seconds', help: 'How long the oldest of them has been due.' },
  webhook_deliveries: {
    name: 'netup_webhook_deliveries',
    help: 'Messages that wait to be sent, and those of the last two days that were given up.',
  },
  audit_head_age_seconds: { name: 'netup_audit_head_age_seconds', help: 'Since the newest row of the audit trail.' },
  audit_unsigned_rows: { name: 'netup_audit_unsigned_rows', help: 'Rows of the audit trail after its checkpoints.' },
};

/** The figures of the database, which every worker tells alike: take the maximum over workers. */
function figureMetrics(figures: readonly OperationFigure[]): readonly Metric[] {
  return Object.entries(FIGURES).map(([figure, { name, help }]) => ({
    name,
    help,
    type: 'gauge',
    samples: figures
      .filter((one) => one.figure === figure)
      .map(({ state, value }) => (state === '' ? { value } : { labels: { state }, value })),
  }));
}
