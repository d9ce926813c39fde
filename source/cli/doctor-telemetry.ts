import { UserError } from '../config/user-error.ts';
import { InfluxConnection } from '../telemetry/influx/connection.ts';
import { readCommandLine } from './command-line.ts';
import { type Context, openContext, openTelemetry } from './context.ts';
import { type Finding, findingLines } from './doctor/finding.ts';
import { checkPoints } from './doctor/telemetry-points.ts';
import { checkRouters, checkRoutersAhead } from './doctor/telemetry-routers.ts';
import { checkServer } from './doctor/telemetry-server.ts';
import { print, type Run } from './shell.ts';

/** Each series costs InfluxDB a few kB of memory. */
const MOST_SERIES = 1_000_000;
const STALE_MINUTES = 15;
const MINUTES = 60;

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'doctor telemetry',
    purpose:
      'Says whether the telemetry is in order: values and tags by the definition of the measurements, clocks that are ahead, unknown names, ' +
      'how many series there are, silent routers, and, with INFLUX_ADMIN_TOKEN, whether InfluxDB is as influx/schema.yml says, its tasks run, and no ' +
      'migration is left half done. Changes nothing. ' +
      'Exits 1 if something is amiss.',
    flags: {
      minutes: { type: 'number', placeholder: 'N', help: `how far back, ${MINUTES} if left out` },
      stale: { type: 'number', placeholder: 'N', help: `minutes of silence, ${STALE_MINUTES} if left out` },
      mostSeries: { type: 'number', placeholder: 'N', help: 'warn beyond, 1,000,000 if left out' },
      json: { type: 'boolean', help: 'print {"ok": ..., "findings": [...]}' },
    },
    examples: ['doctor telemetry', 'doctor telemetry --stale 5 --json'],
  });
  const limits = {
    minutes: wholeNumber('--minutes', flags.minutes ?? MINUTES),
    staleMinutes: wholeNumber('--stale', flags.stale ?? STALE_MINUTES),
    mostSeries: wholeNumber('--most-series', flags.mostSeries ?? MOST_SERIES),
  };
  const context = openContext(shell.env);
  try {
    const findings = await allChecks(context, shell.env, limits);
    const healthy = findings.every(({ state }) => state !== 'fail');
    if (flags.json) print(shell.stdout, JSON.stringify({ ok: healthy, findings }));
    else print(shell.stdout, ...findings.flatMap(findingLines));
    return healthy ? 0 : 1;
  } finally {
    await context.close();
  }
};

async function allChecks(
  context: Context,
  env: NodeJS.ProcessEnv,
  limits: { readonly minutes: number; readonly staleMinutes: number; readonly mostSeries: number },
): Promise<readonly Finding[]> {
  const now = Date.now();
  const store = await openTelemetry(context);
  const { influx } = context.settings;
  const connection = influx === null ? null : new InfluxConnection(influx);
  try {
    const routers = { context, store, now, staleMinutes: limits.staleMinutes };
    // The tables of PostgreSQL take no other values, tags or names.
    if (connection === null) return [...(await checkRoutersAhead(routers)), ...(await checkRouters(routers))];
    return [
      ...(await checkPoints({ connection, now, ...limits })),
      ...(await checkRouters(routers)),
      ...(await checkServer(env, now)),
    ];
  } finally {
    connection?.close();
    await store.close();
  }
}

function wholeNumber(flag: string, value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 1_000_000_000) return value;
  throw new UserError(`netup-tui doctor telemetry: ${flag} is a whole number from 1 on.`, { exitCode: 2 });
}
