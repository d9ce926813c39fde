import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { collectOnce } from '../collectors/collect-once.ts';
import { Collector, collectorCorrelation } from '../collectors/collector.ts';
import { collectorParts } from '../collectors/collector-parts.ts';
import { INTERVALS, type Intervals } from '../collectors/schedule/scheduled-router.ts';
import { readEncryptionKeys } from '../config/encryption-keys.ts';
import { version } from '../config/package-root.ts';
import { readSshReach } from '../config/ssh-reach.ts';
import { UserError } from '../config/user-error.ts';
import { assertSafeRole } from '../postgres/safe-role.ts';
import type { TelemetryStore } from '../telemetry/store.ts';
import { Outage, pause } from '../upgrades/worker/outage.ts';
import { assertTables } from './check-tables.ts';
import { chosenOrganizations } from './collect-organizations.ts';
import { progressLine } from './collect-progress.ts';
import { readCommandLine } from './command-line.ts';
import { type Context, openContext, openTelemetry } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { collectorMonitor, CollectorTally } from './monitoring/collector-monitor.ts';
import type { ListenAddress } from './listen-address.ts';
import { METRICS_FLAG, readMetricsFlag } from './monitoring/monitor-server.ts';
import { watched } from './monitoring/watched.ts';
import { type ProcessLog, processLog } from './process-log.ts';
import { print, type Run, type Shell } from './shell.ts';
import { signalled } from './signalled.ts';

const PATIENCE_MS = 60_000;
const PROGRESS_MS = 60_000;

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'collect',
    purpose:
      'Stays up and polls the routers of all organizations over SNMP and SSH, in turns spread over the intervals; readings go to the telemetry ' +
      'store, versions and health to PostgreSQL. As many collectors as you like may run, on as many machines: they share the routers. ' +
      'Needs a login that is a member of netup_worker.',
    flags: {
      once: { type: 'boolean', help: 'poll every router once, now, and end; whatever other collectors do' },
      organizations: {
        type: 'string',
        placeholder: 'LIST',
        help: 'only these, by their slugs with commas between them',
      },
      atOnce: { type: 'number', placeholder: 'N', default: 200, help: 'how many routers at once (default 200)' },
      timeout: { type: 'number', placeholder: 'SECONDS', default: 30, help: 'for one router (default 30)' },
      healthEvery: { type: 'number', placeholder: 'SECONDS', default: 60, help: 'CPU, memory, sensors (default 60)' },
      errorsEvery: { type: 'number', placeholder: 'SECONDS', default: 60, help: 'errors in the log (default 60)' },
      interfacesEvery: { type: 'number', placeholder: 'SECONDS', default: 300, help: 'interfaces (default 300)' },
      factsEvery: {
        type: 'number',
        placeholder: 'SECONDS',
        default: 3600,
        help: 'version, serial number (default 3600)',
      },
      metrics: METRICS_FLAG,
    },
    examples: [
      'collect',
      'collect --metrics 9465',
      'collect --organizations acme,globex --at-once 500',
      'collect --once',
    ],
  });
  const atOnce = whole('--at-once', flags.atOnce, 1, 5000);
  const timeoutMs = whole('--timeout', flags.timeout, 1, 600) * 1000;
  const every = (flag: string, seconds: number): number => whole(flag, seconds, 5, 86_400) * 1000;
  const intervals: Intervals = {
    ...INTERVALS,
    health: every('--health-every', flags.healthEvery),
    errors: every('--errors-every', flags.errorsEvery),
    interfaces: every('--interfaces-every', flags.interfacesEvery),
    facts: every('--facts-every', flags.factsEvery),
  };
  const metrics = readMetricsFlag('collect', flags.metrics);
  const context = openContext(shell.env, { patienceMs: PATIENCE_MS });
  const id = randomUUID();
  const log = processLog(shell, { log: context.log.child({ correlationId: collectorCorrelation(id) }) });
  const ending = signalled('Stopped.');
  try {
    refuseIfReadOnly(context, 'start a collector');
    const { signal } = ending;
    const organizations = await prepared(context, flags.organizations, { signal, log, once: flags.once === true });
    if (organizations === null) return 0;
    const telemetry = await openTelemetry(context);
    try {
      const parts = { id, metrics, context, telemetry, shell, log, atOnce, timeoutMs, intervals, ...organizations };
      if (flags.once === true) await once(parts, signal);
      else await stayUp(parts, signal);
    } finally {
      await telemetry.close().catch((error: unknown) => log.error('The telemetry store: closed.', error));
    }
    return 0;
  } finally {
    ending.release();
    await context.close();
  }
};

interface Organizations {
  /** Null: all, also those that are still to come. */
  readonly only: readonly string[] | null;
  readonly all: readonly string[];
}

interface Parts extends Organizations {
  readonly id: string;
  readonly metrics: ListenAddress | null;
  readonly context: Context;
  readonly telemetry: TelemetryStore;
  readonly shell: Shell;
  readonly log: ProcessLog;
  readonly atOnce: number;
  readonly timeoutMs: number;
  readonly intervals: Intervals;
}

/** Whether it may collect here at all, and for whom; a collector that stays up waits for PostgreSQL. Null: told to stop before that. */
async function prepared(
  { database }: Context,
  list: string | undefined,
  { signal, log, once: isOnce }: { readonly signal: AbortSignal; readonly log: ProcessLog; readonly once: boolean },
): Promise<Organizations | null> {
  const outage = new Outage(log, 'collector');
  while (await pause(outage.waitMs, signal)) {
    try {
      await assertTables(database);
      await assertSafeRole(database, 'netup_worker');
      const organizations = await chosenOrganizations(database, list);
      outage.over();
      return organizations;
    } catch (error) {
      if (isOnce || !outage.met(error)) throw error;
    }
  }
  return null;
}

function partsOf({ id, context, telemetry, shell, log, atOnce, timeoutMs, intervals, only }: Parts) {
  const { database, settings } = context;
  const place = { host: hostname(), pid: process.pid, programVersion: version };
  return collectorParts({
    database,
    telemetry,
    presence: { id, ...place, atOnce, organizations: only },
    keys: readEncryptionKeys(shell.env),
    ssh: settings.ssh,
    reach: readSshReach(shell.env),
    intervals,
    timeoutMs,
    log,
  });
}

async function once(parts: Parts, signal: AbortSignal): Promise<void> {
  const { options, close } = partsOf(parts);
  try {
    const { routers, polls, failures, doubts } = await collectOnce({ ...options, organizationIds: parts.all, signal });
    await parts.telemetry.flush();
    print(
      parts.shell.stdout,
      `Polled ${routers} routers: ${polls - failures} polls were answered, ${failures} were not; ${doubts} values are in quarantine.`,
    );
  } finally {
    await close();
  }
}

async function stayUp(parts: Parts, signal: AbortSignal): Promise<void> {
  const { options, close } = partsOf(parts);
  const { log, telemetry, metrics, context } = parts;
  const { database } = context;
  const collector = new Collector(options);
  const tally = new CollectorTally(collector);
  try {
    await watched(
      metrics,
      'collector',
      (processMetrics) => collectorMonitor({ database, telemetry, collector, tally, processMetrics }),
      (url) => log.info(`Metrics are at ${url}/metrics.`),
      async () => {
        await collector.start();
        log.info('The collector is up.');
        while (await pause(PROGRESS_MS, signal)) log.info(await progressLine(tally.takeNew(), telemetry));
      },
    );
  } finally {
    await collector.stop();
    await close();
    log.info('The collector has stopped.');
  }
}

function whole(flag: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UserError(`netup-tui collect: ${flag} must be a whole number from ${least} to ${most}.`, { exitCode: 2 });
}
