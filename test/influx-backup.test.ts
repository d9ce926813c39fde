import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { TasksAPI } from '@influxdata/influxdb-client-apis';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openInfluxAdmin } from '../source/telemetry/setup/influx-admin.ts';
import { readState } from '../source/telemetry/setup/read-state.ts';
import { useCli } from './support/cli.ts';
import { type InfluxServer, startEmptyInflux } from './support/influx-server.ts';

// The commands of the document, from one server to another.

const run = promisify(execFile);
const cli = useCli();
const ORG = 'network-operations';
const BACKUP = path.join(cli.folder, 'backup');
const document = readFileSync(path.join(import.meta.dirname, '..', 'docs', 'operations.md'), 'utf8');
const HOUR = 3_600_000;
const thisHour = Math.floor(Date.now() / HOUR) * HOUR;
const tags = 'router_id=R1,organization=o,vendor=v,site=s';

let first: InfluxServer;
let second: InfluxServer;
let reason = 'no InfluxDB has been started yet';

beforeAll(async () => {
  if (spawnSync('influx', ['version']).error !== undefined) {
    reason = 'no influx, the client of InfluxDB, on PATH';
    return;
  }
  const started = [await startEmptyInflux(), await startEmptyInflux()];
  const [source, target] = started.filter((one) => typeof one !== 'string');
  if (source === undefined || target === undefined) reason = started.find((one) => typeof one === 'string') ?? reason;
  else [first, second, reason] = [source, target, ''];
});
afterAll(async () => {
  await first?.stop();
  await second?.stop();
});
beforeEach((context) => {
  if (reason !== '') context.skip(reason);
});

function variables(server: InfluxServer, token: string, password = 'a-password-for-tests'): Record<string, string> {
  const login = { INFLUX_USER: 'netup', INFLUX_PASSWORD: password };
  return { INFLUX_URL: server.url, INFLUX_ORG: ORG, INFLUX_ADMIN_TOKEN: token, ...login };
}

/** Runs the commands that stand in the document after a mark, as they stand there, but for the program's place. */
async function runDocumented(mark: string, env: Readonly<Record<string, string>>): Promise<void> {
  const script = new RegExp(`<!-- ${mark} -->\\n+\`\`\`sh\\n([^]*?)\`\`\``, 'u').exec(document)?.[1];
  if (script === undefined) throw new Error(`docs/operations.md has no commands for ${mark}`);
  const program = path.join(import.meta.dirname, '..', 'bin', 'netup-tui.js');
  const shown = `netup-tui() { '${process.execPath}' '${program}' "$@"; }\n${script}`;
  await run('bash', ['-euc', shown], {
    env: { PATH: process.env['PATH'], HOME: cli.folder, NETUP_STATE_DIR: cli.folder, BACKUP, ...env },
  });
}

async function post(server: InfluxServer, token: string, target: string, body: string): Promise<Response> {
  const headers = { authorization: `Token ${token}`, 'content-type': 'application/vnd.flux' };
  return fetch(`${server.url}/api/v2/${target}`, { method: 'POST', headers, body });
}

async function write(server: InfluxServer, token: string, bucket: string, lines: readonly string[]): Promise<number> {
  const response = await post(server, token, `write?org=${ORG}&bucket=${bucket}&precision=ms`, lines.join('\n'));
  await response.text();
  return response.status;
}

/** Every point of a bucket with its type, as the server tells it. */
async function contents(server: InfluxServer, token: string, bucket: string): Promise<string> {
  const text = `from(bucket: "${bucket}") |> range(start: 0, stop: 2200-01-01T00:00:00Z)`;
  return (await post(server, token, `query?org=${ORG}`, text)).text();
}

/** Sums of the last whole hours, written by the task itself. */
async function runHourly(server: InfluxServer): Promise<void> {
  const settings = { url: server.url, org: ORG, bucket: 'telemetry', token: 'first-admin', login: null };
  const admin = await openInfluxAdmin({ ...settings, readOnly: false });
  const taskID = (await readState(admin)).tasks.find(({ name }) => name === 'cpu_hourly')?.id ?? '';
  await admin.attempt('running a task', async (client) => {
    const api = new TasksAPI(client);
    const body = { scheduledFor: new Date(thisHour).toISOString() };
    const { id: runID = '' } = await api.postTasksIDRuns({ taskID, body });
    await vi.waitFor(
      async () => expect((await api.getTasksIDRunsID({ taskID, runID })).status).toBe('success'),
      10_000,
    );
  });
  await admin.close();
}

test('the commands of the document carry data, tokens and tasks to another server', async () => {
  mkdirSync(BACKUP, { mode: 0o700 });
  const file = path.join(cli.folder, 'tokens');
  const made = await cli.run(
    ['setup', 'influx', '--yes', '--tokens-file', file],
    variables(first, 'first-admin', 'the-first-password'),
  );
  expect(made).toMatchObject({ code: 0 });
  const tokens = new Map(
    [...readFileSync(file, 'utf8').matchAll(/^(\w+)=(.+)$/gmu)].map(([, name = '', value = '']) => [name, value]),
  );
  const [writer = '', reader = ''] = [tokens.get('mcp_influx_server'), tokens.get('grafana_readonly')];
  const lines = Array.from(
    { length: 300 },
    (_, minute) =>
      `cpu,${tags} usage_percent=${minute % 90},process_count=${minute}i ${thisHour - minute * 60_000 - 1}`,
  );
  expect(await write(first, writer, 'telemetry', lines)).toBe(204);
  expect(await write(first, writer, 'telemetry', [`upgrade_progress,${tags} step="activate" ${thisHour}`])).toBe(204);
  await runHourly(first);
  const buckets = ['telemetry', 'telemetry_aggregated', 'telemetry_historical'] as const;
  expect(
    await write(first, 'first-admin', 'telemetry_historical', [`cpu_monthly,${tags} usage_percent_sum=7 ${thisHour}`]),
  ).toBe(204);
  const before = await Promise.all(buckets.map((bucket) => contents(first, 'first-admin', bucket)));
  for (const text of before) expect(text).toContain('R1');

  await runDocumented('backup influx', variables(first, 'first-admin'));
  for (const name of readdirSync(path.join(BACKUP, 'influx'))) {
    expect(statSync(path.join(BACKUP, 'influx', name)).mode & 0o077).toBe(0);
  }
  // What comes after the backup is not in it.
  expect(await write(first, writer, 'telemetry', [`memory,${tags} free_percent=1 ${thisHour}`])).toBe(204);

  await runDocumented('restore influx', variables(second, 'second-admin'));
  // The tasks of the backup are run only by a server that has started with them.
  await second.halt();
  await second.resume();

  expect(await Promise.all(buckets.map((bucket) => contents(second, 'first-admin', bucket)))).toEqual(before);
  const differs = await cli.run(
    ['setup', 'influx', '--dry-run'],
    variables(second, 'first-admin', 'the-first-password'),
  );
  expect(differs).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to do') });
  const late = [`cpu,${tags} usage_percent=99 ${thisHour - 2}`];
  expect([
    await write(second, writer, 'telemetry', late),
    await write(second, writer, 'telemetry_historical', late),
    await write(second, reader, 'telemetry', late),
    await write(second, 'second-admin', 'telemetry', late),
  ]).toEqual([204, 403, 403, 401]);
  await runHourly(second);
  const hours = await contents(second, reader, 'telemetry_aggregated');
  expect(hours).not.toBe(before[1]);
  expect(hours).toMatch(/,99,usage_percent_max,cpu_hourly,/u);
}, 120_000);
