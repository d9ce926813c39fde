import { readAdvisorSettings } from '../config/advisor-settings.ts';
import { workerAuditFiles } from '../config/audit-files.ts';
import { readAuditKey } from '../config/audit-key.ts';
import { readEncryptionKeys } from '../config/encryption-keys.ts';
import { version } from '../config/package-root.ts';
import { readSshReach } from '../config/ssh-reach.ts';
import { UserError } from '../config/user-error.ts';
import { assertSafeRole } from '../postgres/safe-role.ts';
import type { TelemetryStore } from '../telemetry/store.ts';
import type { WorkerLog } from '../upgrades/worker/duty.ts';
import { housekeepingDuties } from '../upgrades/worker/housekeeping/duties.ts';
import { type UpgradeService, upgradeService } from '../upgrades/worker/upgrade-service.ts';
import { runDutiesOnce, runWorker } from '../upgrades/worker/run-duties.ts';
import { assertTables } from './check-tables.ts';
import { readCommandLine } from './command-line.ts';
import { type Context, openContext, openTelemetry } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { METRICS_FLAG, readMetricsFlag } from './monitoring/monitor-server.ts';
import { watched } from './monitoring/watched.ts';
import { WorkerCounts, workerMonitor } from './monitoring/worker-monitor.ts';
import { processLog } from './process-log.ts';
import { upgradeJournal } from './upgrade-journal.ts';
import { type Run, type Shell } from './shell.ts';
import { signalled } from './signalled.ts';

/** More belong into another process. */
const MOST_SLOTS = 2000;
/** Nobody looks at a screen meanwhile, and of 2,000 upgrades many may end a step at once. */
const PATIENCE_MS = 60_000;

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'worker',
    purpose:
      'Stays up, carries approved upgrades out, and does the housekeeping for all organizations: makes the months of the audit trail ' +
      'ahead, and signs its checkpoints (see audit key create). As many workers as you like may run, on as many machines. ' +
      'Needs a login that is a member of netup_worker.',
    flags: {
      slots: { type: 'number', placeholder: 'N', default: 20, help: 'how many upgrades at once (default 20)' },
      metrics: METRICS_FLAG,
      once: { type: 'boolean', help: 'do the housekeeping once, and end' },
    },
    examples: ['worker', 'worker --slots 50 --metrics 9464', 'worker --once'],
  });
  if (!Number.isInteger(flags.slots) || flags.slots < 1 || flags.slots > MOST_SLOTS) {
    throw new UserError(
      `netup-tui worker: --slots must be a whole number from 1 to ${MOST_SLOTS}, for example --slots 20.`,
      {
        exitCode: 2,
      },
    );
  }
  const metrics = readMetricsFlag('worker', flags.metrics);
  const context = openContext(shell.env, { patienceMs: PATIENCE_MS });
  try {
    refuseIfReadOnly(context, 'start a worker');
    const log = processLog(shell, context);
    const { database } = context;
    const files = workerAuditFiles(context.settings.audit, context.paths);
    const key = readAuditKey(files.keyFile);
    const days = context.settings.backupDays;
    const duties = housekeepingDuties({ database, key, file: files.checkpoints, days, log, now: () => new Date() });
    const prepare = async (): Promise<void> => {
      await assertTables(database);
      await assertSafeRole(database, 'netup_worker');
    };
    if (flags.once === true) {
      await prepare();
      await runDutiesOnce(duties);
    } else {
      const telemetry = await openTelemetry(context);
      try {
        const { slots } = flags;
        const counts = new WorkerCounts();
        const service = openUpgradeService(context, telemetry, shell, slots, log, counts);
        await watched(
          metrics,
          'worker',
          (own) => workerMonitor(counts, { database, telemetry, slots, state: service.state, processMetrics: own }),
          (url) => log.info(`Metrics are at ${url}/metrics.`),
          () =>
            stayUp({
              prepare,
              duties: [service.presence, ...duties, service.plans, service.points, service.agent],
              service,
              log,
            }),
        );
      } finally {
        // What it could not store is in the database still, and told again.
        await telemetry.close().catch((error: unknown) => log.error('The telemetry store: closed.', error));
      }
    }
    return 0;
  } finally {
    await context.close();
  }
};

function openUpgradeService(
  { database, settings, log: file }: Context,
  telemetry: TelemetryStore,
  shell: Shell,
  slots: number,
  log: WorkerLog,
  counts: WorkerCounts,
): UpgradeService {
  const note = upgradeJournal(file);
  const { ssh, images } = settings;
  const keys = readEncryptionKeys(shell.env);
  const advisor = readAdvisorSettings(shell.env);
  return upgradeService({
    database,
    telemetry,
    keys,
    ssh,
    reach: readSshReach(shell.env),
    images,
    slots,
    programVersion: version,
    log,
    advisor,
    onEvent: (event) => {
      counts.note(event);
      note(event);
    },
    onLeaseLost: () => {
      counts.lost += 1;
    },
  });
}

async function stayUp(work: Omit<Parameters<typeof runWorker>[0], 'signal'>): Promise<void> {
  const ending = signalled();
  try {
    await runWorker({ ...work, signal: ending.signal });
  } finally {
    ending.release();
  }
}
