import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { InfluxSettings } from '../source/config/settings.ts';
import { COVERAGE_STEPS } from '../source/model/gate-rules.ts';
import { healthQuery } from '../source/telemetry/influx/health-query.ts';
import { openInfluxStore } from '../source/telemetry/influx/influx-store.ts';
import { coverageQuery, seriesQuery } from '../source/telemetry/influx/series-query.ts';
import { cutIntoSteps } from '../source/telemetry/steps.ts';
import { startInflux } from '../test/support/influx-server.ts';
import { interleave } from './interleave.ts';
import { type Result, result } from './result.ts';

const ROUTERS = 10_000;
const MINUTES = 120;
const VISIBLE = 50;
const STEPS = 30;
const FLEET_RUNS = 5;
const SERIES_RUNS = 31;
const ORGANIZATION = '00000000-0000-4000-8000-000000000001';

/**
 * Reading from a real InfluxDB, next to the same Flux through `fetch` with its answer cut at commas, in turns: the health of 10,000 routers
 * over two hours, how much of these has readings, and the series of 50 rows. Then how long the answer to the first holds the event loop. Needs `influxd`; without it
 * there are no results.
 */
export async function benchInflux(): Promise<readonly Result[]> {
  const influx = await startInflux();
  if (typeof influx === 'string') {
    process.stderr.write(`Not measured, ${influx}: fleet health, series, hold of the event loop.\n`);
    return [];
  }
  const { settings } = influx;
  const end = Math.floor(Date.now() / 60_000) * 60_000;
  const window = { start: end - MINUTES * 60_000, end };
  const store = openInfluxStore(settings, { queryTimeoutMs: 120_000 });
  try {
    await fill(settings, window.start);
    const ids = Array.from({ length: VISIBLE }, (_, index) => `router-${index * 100}`);
    const scope = { bucket: settings.bucket, organizationId: ORGANIZATION, window };
    const fleetFlux = String(healthQuery({ ...scope, routerIds: null }));
    const seriesFlux = String(seriesQuery({ ...scope, routerIds: ids }, 'cpu', cutIntoSteps(window, STEPS)));
    const fleetHealth = async (): Promise<void> => expectSize(await store.fleetHealth(ORGANIZATION, window), ROUTERS);
    const fleet = await interleave(FLEET_RUNS, { ours: fleetHealth, plain: () => plain(settings, fleetFlux) });
    // In runs of its own: watching the loop takes a core, which the server would have used.
    const holds: number[] = [];
    while (holds.length < FLEET_RUNS) holds.push(await longestHold(fleetHealth));
    const coverageFlux = String(coverageQuery({ ...scope, routerIds: null }, cutIntoSteps(window, COVERAGE_STEPS)));
    const coverage = await interleave(FLEET_RUNS, {
      ours: async () => expectSize(await store.coverage(ORGANIZATION, null, window, COVERAGE_STEPS), ROUTERS),
      plain: () => plain(settings, coverageFlux),
    });
    const series = await interleave(SERIES_RUNS, {
      ours: async () => expectSize(await store.series(ORGANIZATION, ids, 'cpu', window, STEPS), VISIBLE),
      plain: () => plain(settings, seriesFlux),
    });
    const seriesName = `influx: series of ${VISIBLE} rows`;
    return [
      result(`influx: fleet health, ${ROUTERS.toLocaleString('en')} routers, 2 h`, fleet.ours.median, 'ms', {
        best: fleet.ours.min,
        reference: fleet.plain.median,
        goal: fleet.plain.median * 1.3,
      }),
      result(`influx: coverage, ${ROUTERS.toLocaleString('en')} routers, 2 h`, coverage.ours.median, 'ms', {
        best: coverage.ours.min,
        reference: coverage.plain.median,
        goal: coverage.plain.median * 1.3,
      }),
      result(`${seriesName}; against plain HTTP`, series.ours.median, 'ms', {
        best: series.ours.min,
        reference: series.plain.median,
        goal: series.plain.median * 1.5,
      }),
      result(seriesName, series.ours.median, 'ms', { best: series.ours.min, goal: 40 }),
      result('influx: longest hold of the event loop by that health', Math.max(...holds), 'ms', { goal: 16 }),
    ];
  } finally {
    await store.close();
    await influx.stop();
  }
}

/** One reading a minute of CPU, memory and critical errors of every router. */
async function fill(settings: InfluxSettings, start: number): Promise<void> {
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const time = start + minute * 60_000;
    const lines = Array.from({ length: ROUTERS }, (_, router) => {
      const tags = (further = ''): string =>
        `organization=${ORGANIZATION},router_id=router-${router}${further},site=site-${router % 20},vendor=Cisco`;
      return [
        `cpu,${tags()} usage_percent=${((router * 7 + minute) % 100) + 0.25} ${time}`,
        `memory,${tags()} free_percent=${((router * 3 + minute) % 100) + 0.5} ${time}`,
        `errors,${tags(',severity=critical')} error_count=${(router + minute) % 3}i ${time}`,
      ].join('\n');
    });
    const query = new URLSearchParams({ org: settings.org, bucket: settings.bucket, precision: 'ms' });
    const response = await fetch(`${settings.url}/api/v2/write?${String(query)}`, {
      method: 'POST',
      headers: { authorization: `Token ${settings.token}`, 'content-encoding': 'gzip' },
      body: gzipSync(lines.join('\n'), { level: 1 }),
    });
    if (response.status !== 204) throw new Error(`InfluxDB answered ${response.status}: ${await response.text()}`);
  }
}

/** The least that a client must do: ask, read the whole answer, and cut it into cells. */
async function plain({ url, token, org }: InfluxSettings, query: string): Promise<void> {
  const response = await fetch(`${url}/api/v2/query?org=${org}`, {
    method: 'POST',
    headers: { authorization: `Token ${token}`, 'content-type': 'application/vnd.flux', accept: 'application/csv' },
    body: query,
  });
  const cells = (await response.text()).split('\r\n').map((line) => line.split(','));
  if (response.status !== 200 || cells.length < VISIBLE) throw new Error(`InfluxDB answered ${response.status}.`);
}

/**
 * The longest turn of the event loop while `work` goes on, milliseconds. What the machine gave to other programs meanwhile is not ours: of
 * each turn the time counts that its thread was at work.
 */
async function longestHold(work: () => Promise<void>): Promise<number> {
  const probe = { hold: 0, isOn: true };
  const watching = (async () => {
    let [wall, cpu] = [performance.now(), threadMs()];
    while (probe.isOn) {
      await nextTurn();
      const [wallNow, cpuNow] = [performance.now(), threadMs()];
      probe.hold = Math.max(probe.hold, Math.min(wallNow - wall, cpuNow - cpu));
      [wall, cpu] = [wallNow, cpuNow];
    }
  })();
  try {
    await work();
  } finally {
    probe.isOn = false;
    await watching;
  }
  return probe.hold;
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function expectSize(found: ReadonlyMap<string, unknown>, size: number): void {
  if (found.size !== size) throw new Error(`${found.size} routers answered, not ${size}.`);
}
