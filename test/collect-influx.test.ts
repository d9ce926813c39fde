import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { PLATFORMS } from '../source/model/platform.ts';
import { Agent } from '../source/simulator/snmp/agent.ts';
import { type RunningAgents, startAgents } from '../source/simulator/snmp/start-agents.ts';
import { plainSubject } from '../source/simulator/snmp/subject.ts';
import { databaseVariables } from './support/cli.ts';
import { newKey } from './support/encryption-keys.ts';
import { parseMetrics } from './support/metrics-parser.ts';
import { useSetUpInflux } from './support/set-up-influx.ts';

// The whole way of a reading: SNMP agent, `netup-tui collect`, data router, spool, InfluxDB, which goes away in between and comes back.

const influx = useSetUpInflux();
const { cli, database } = influx;
const PATIENT = { timeout: 30_000, interval: 100 };
const keyFile = path.join(cli.folder, 'keys');
const tokensFile = path.join(cli.folder, 'tokens');
const ROUTERS = ['ams-core-01', 'ams-edge-01', 'fra-leaf-01'];
let agents: RunningAgents;

beforeAll(async () => {
  writeFileSync(keyFile, `k1:${newKey()}\n`, { mode: 0o600 });
  agents = await startAgents(
    PLATFORMS.map((platform) => {
      const start = { bootedAt: new Date(Date.now() - 9 * 86_400_000), now: () => new Date() };
      const subject = plainSubject({ platform, hostname: `${platform}-1`, interfaceCount: 3, ...start });
      return new Agent(subject, { community: 'seldom-guessed' });
    }),
  );
  await database.admin`UPDATE routers SET status = 'retired'`;
  for (const [index, id] of ROUTERS.entries()) {
    await database.admin`
      UPDATE routers SET status = 'active', mgmt_ip = '127.0.0.1', snmp_port = ${agents.ports[index] ?? 0}
      WHERE organization_id = ${influx.seed().acme.id} AND id = ${id}`;
  }
});
afterAll(() => agents.stop());

/** What InfluxDB has of a measurement's field, by router. */
async function stored(measurement: string, field: string): Promise<ReadonlyMap<string, number>> {
  const text = await influx.query(`from(bucket: "telemetry") |> range(start: -1h)
    |> filter(fn: (r) => r._measurement == "${measurement}" and r._field == "${field}")
    |> group(columns: ["router_id"]) |> count() |> keep(columns: ["router_id", "_value"])`);
  const rows = text.split('\r\n').map((line) => line.split(','));
  return new Map(
    rows.filter(([, result]) => result === '_result').map(([, , , value = '', id = '']) => [id, Number(value)]),
  );
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

test(
  'what the collector reads is in InfluxDB, all of it, though that is away for a while',
  { timeout: 120_000 },
  async () => {
    const operator = { ...influx.variables('telemetry'), NETUP_ORGANIZATION: 'acme', NETUP_KEY_FILE: keyFile };
    const added = await cli.run(['credentials', 'add', 'polling', '--type', 'snmp_v2c'], operator, 'seldom-guessed');
    expect(added).toMatchObject({ code: 0 });
    await influx.run(['setup', 'influx', '--yes', '--tokens-file', tokensFile], 'telemetry');
    const token = /^mcp_influx_server=(.+)$/mu.exec(readFileSync(tokensFile, 'utf8'))?.[1] ?? '';

    const every = ['--health-every', '--errors-every', '--interfaces-every', '--facts-every'].flatMap((one) => [
      one,
      '5',
    ]);
    const collector = cli.start(['collect', '--metrics', '0', ...every], {
      ...databaseVariables(database.settings('netup_worker')),
      NETUP_KEY_FILE: keyFile,
      INFLUX_URL: influx.url(),
      INFLUX_TOKEN: token,
      INFLUX_FLUSH_INTERVAL: '200ms',
    });
    let heard = '';
    for (const stream of [collector.child.stdout, collector.child.stderr]) {
      stream.on('data', (chunk) => (heard += String(chunk)));
    }
    const figure = async (name: string): Promise<number> => {
      const url = z.string().parse(/http:\/\/127\.0\.0\.1:\d+\/metrics/u.exec(heard)?.[0]);
      return parseMetrics(await (await fetch(url)).text()).values.get(name) ?? Number.NaN;
    };
    const answered = (): Promise<number> => figure('netup_collector_polls_total{result="answered"}');
    const waiting = (): Promise<number> => figure('netup_spool_waiting_points');

    // Rates need two readings of an interface.
    await vi.waitFor(async () => expect((await stored('interfaces', 'in_bytes_rate')).size).toBe(3), PATIENT);
    expect([...(await stored('cpu', 'usage_percent')).keys()].toSorted()).toEqual(ROUTERS);

    await influx.server().halt();
    const before = await answered();
    await vi.waitFor(async () => expect(await answered()).toBeGreaterThanOrEqual(before + 3), PATIENT);
    await vi.waitFor(async () => expect(await waiting()).toBeGreaterThan(20), PATIENT);
    await influx.server().resume();
    const after = await answered();
    await vi.waitFor(async () => expect(await answered()).toBeGreaterThan(after), PATIENT);
    await vi.waitFor(async () => expect(await waiting()).toBe(0), PATIENT);

    const polls = await answered();
    collector.child.kill('SIGTERM');
    expect(await collector.ended).toBe(0);
    // A poll that was under way when it was told to stop may be in, too; one point of CPU for each that was answered.
    const points = sum(await stored('cpu', 'usage_percent'));
    expect(points - polls).toBeGreaterThanOrEqual(0);
    expect(points - polls).toBeLessThanOrEqual(ROUTERS.length);
    expect(sum(await stored('memory', 'free_percent'))).toBe(points);
    expect(sum(await stored('interfaces', 'admin_status'))).toBe(3 * points);

    const doctor = await influx.run(['doctor', 'telemetry'], 'telemetry');
    expect(doctor.stdout).not.toMatch(/^(?:warn|FAIL)/mu);
    expect(doctor).toMatchObject({ code: 0 });
  },
);
