import { TasksAPI } from '@influxdata/influxdb-client-apis';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { checkMigration } from '../source/cli/doctor/telemetry-migration.ts';
import { checkServer } from '../source/cli/doctor/telemetry-server.ts';
import { changeBucket, makeBucket } from '../source/telemetry/migration/buckets.ts';
import { fillingMark, keptMark, swappedMark } from '../source/telemetry/migration/swap-state.ts';
import { readState } from '../source/telemetry/setup/read-state.ts';
import { useSetUpInflux } from './support/set-up-influx.ts';

// Each finding appears with what causes it, and goes with it.

const influx = useSetUpInflux();
const BUCKET = 'telemetry';
const now = Date.now() - 60_000;

const report = z.object({
  ok: z.boolean(),
  findings: z.array(z.object({ check: z.string(), state: z.string(), found: z.string(), advice: z.string() })),
});

/** What is amiss, `fail values: ...`. */
async function doctor(...flags: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await influx.run(['doctor', 'telemetry', '--json', ...flags], BUCKET);
  expect(stderr).toBe('');
  const { ok, findings } = report.parse(JSON.parse(stdout));
  expect(code).toBe(ok ? 0 : 1);
  const amiss = findings.filter(({ state }) => state !== 'ok');
  expect(ok).toBe(amiss.every(({ state }) => state === 'warn'));
  expect(amiss.filter(({ advice }) => advice === '')).toEqual([]);
  return amiss.map(({ check, state, found }) => `${state} ${check}: ${found}`);
}

function tags(router: string): string {
  return `router_id=${router},organization=${influx.seed().acme.id},vendor=v,site=s`;
}

test('silent routers are told until they send', async () => {
  const { acme, globex } = influx.seed();
  expect(await doctor()).toEqual([
    expect.stringMatching(
      /^fail routers: acme: 7 routers of 7 active sent nothing for 15 minutes: acme-only, ams-core-01, /u,
    ),
    expect.stringMatching(/^fail routers: globex: 7 routers of 7 active /u),
  ]);
  const lines = [acme, globex].flatMap(({ id, slug, routers }) =>
    [...routers, `${slug}-only`].map(
      (router) => `cpu,router_id=${router},organization=${id},vendor=v,site=s usage_percent=5 ${now}`,
    ),
  );
  expect(await influx.write(BUCKET, lines.slice(1))).toBe(204);
  expect(await doctor()).toEqual([
    `fail routers: acme: 1 router of 7 active sent nothing for 15 minutes: ${acme.routers[0]}`,
  ]);
  expect(await influx.write(BUCKET, lines)).toBe(204);
  expect(await doctor()).toEqual([]);
});

test.each([
  [
    'percentages and other values outside of their limits',
    () => [
      `memory,${tags('R1')} free_percent=100.5,total_bytes=-1i ${now}`,
      `memory,${tags('R2')} free_percent=-3 ${now}`,
    ],
    'memory',
    [
      'fail values: 2 points of memory.free_percent outside of 0 to 100 in the last hour: R1, R2',
      'fail values: 1 point of memory.total_bytes outside of 0 to 9,007,199,254,740,991 in the last hour: R1',
    ],
  ],
  [
    'points without a tag that they must have, own ones too',
    () => [
      `errors,${tags('R1')} error_count=1i ${now}`,
      `interfaces,router_id=R1,interface_name=e1,vendor=v,site=s admin_status=1i ${now}`,
      `interfaces,${tags('R1')},interface_name=e1 admin_status=1i ${now}`,
    ],
    'interfaces',
    [
      'fail tags: 1 point of errors without a tag that is required, in the last hour',
      'fail tags: 1 point of interfaces without a tag that is required, in the last hour',
    ],
  ],
  [
    'points that are ahead',
    () => [`upgrade_validation,${tags('R9')},component=c test_passed=1i ${now + 3_600_000}`],
    'upgrade_validation',
    ['fail clock: 1 point more than a minute ahead: R9'],
  ],
  [
    'unknown measurements and fields, and types that are not ours',
    () => [`docker,host=h containers=1i ${now}`, `system,${tags('R1')},component=c heat=4,power_watts=4i ${now}`],
    'system',
    [
      'warn names: not in the definition of the measurements: docker, system.heat',
      'fail names: of another type: system.power_watts is long, not double',
    ],
  ],
  [
    'text where there should be a number, next to a value that is wrong, and numbers where there should be text',
    () => [
      `interfaces,${tags('R1')},interface_name=e1 admin_status="up",oper_status=2i ${now}`,
      `upgrade_progress,${tags('R1')} step=3i ${now}`,
    ],
    'interfaces',
    [
      'fail values: 1 point of interfaces.oper_status outside of 0 to 1 in the last hour: R1',
      'fail names: of another type: interfaces.admin_status is string, not long, upgrade_progress.step is long, not string',
    ],
  ],
])('%s are told while they are there', async (_, lines, measurement, told) => {
  expect(await influx.write(BUCKET, lines())).toBe(204);
  const found = await doctor();
  expect(found).toEqual(expect.arrayContaining(told));
  for (const name of [measurement, 'docker', 'errors', 'upgrade_progress']) await influx.forget(BUCKET, name);
  expect(await doctor()).toEqual([]);
});

test('more series than expected are a warning', async () => {
  expect(await doctor('--most-series', '3')).toEqual([
    expect.stringMatching(/^warn series: \d+ series in 30 days, more than 3$/u),
  ]);
});

test('a server that differs from influx/schema.yml is told until setup influx has run', async () => {
  const admin = influx.admin();
  const taskID = (await readState(admin)).tasks.find(({ name }) => name === 'cpu_daily')?.id ?? '';
  await admin.attempt('deleting a task', (client) => new TasksAPI(client).deleteTasksID({ taskID }));
  expect(await doctor()).toEqual(['fail server: not as influx/schema.yml says:\n+ task cpu_daily']);
  expect(await influx.run(['setup', 'influx', '--yes'], BUCKET)).toMatchObject({ code: 0 });
  expect(await doctor()).toEqual([]);
});

test('a task whose last run failed is told until one goes well', async () => {
  const admin = influx.admin();
  const { id: taskID = '', flux = '' } =
    (await readState(admin)).tasks.find(({ name }) => name === 'memory_daily') ?? {};
  await admin.attempt('running a task that fails', async (client) => {
    const tasks = new TasksAPI(client);
    await tasks.patchTasksID({ taskID, body: { flux: flux.replaceAll('bucket: "telemetry"', 'bucket: "nowhere"') } });
    await tasks.postTasksIDRuns({ taskID, body: {} });
    await vi.waitFor(async () => expect((await tasks.getTasksID({ taskID })).lastRunStatus).toBe('failed'), 10_000);
    await tasks.patchTasksID({ taskID, body: { flux } });
  });
  expect(await doctor()).toEqual([
    expect.stringMatching(/^fail tasks: the last run of memory_daily failed: .*nowhere/u),
  ]);
  await admin.attempt('running it again', async (client) => {
    const tasks = new TasksAPI(client);
    await tasks.postTasksIDRuns({ taskID, body: {} });
    await vi.waitFor(async () => expect((await tasks.getTasksID({ taskID })).lastRunStatus).toBe('success'), 10_000);
  });
  expect(await doctor()).toEqual([]);
});

test('tasks that no longer run are told, with the time of the last run', async () => {
  const later = Date.now() + 4 * 3_600_000;
  const found = await checkServer(influx.variables(BUCKET), later);
  expect(found.filter(({ check }) => check === 'tasks')).toEqual([
    expect.objectContaining({
      state: 'fail',
      found: expect.stringMatching(/^no run has ended in time of cpu_hourly, since 20\d\d-[\d-]+T/u),
    }),
  ]);
});

test('a migration that ended before it was done is told until it has gone on', async () => {
  const admin = influx.admin();
  const told = async (): Promise<readonly string[]> =>
    (await checkMigration(admin, 'moved')).map(({ state, found }) => `${state}: ${found}`);
  expect(await told()).toEqual([]);
  const old = await makeBucket(admin, { name: 'moved', description: 'theirs', retentionSeconds: 0 });
  expect(await told()).toEqual(['ok: none is under way, and no old bucket is kept']);
  const copy = { name: 'moved_migrating', description: fillingMark(old), retentionSeconds: 0 };
  const fresh = await makeBucket(admin, copy);
  expect(await told()).toEqual(['warn: moved is being copied into moved_migrating, and not swapped yet']);
  await changeBucket(admin, old, { name: 'moved_before_migration_1', description: keptMark('theirs', fresh) });
  expect(await told()).toEqual([
    'fail: no bucket has the name moved: the old one has given it away, the new one not got it',
  ]);
  await changeBucket(admin, fresh, { name: 'moved', description: swappedMark(old) });
  expect(await told()).toEqual(['warn: what came last to moved_before_migration_1 may not be in moved yet']);
  await changeBucket(admin, fresh, { description: 'theirs' });
  const { stdout } = await influx.run(['doctor', 'telemetry'], 'moved');
  expect(stdout).toMatch(/^warn {2}migration +kept from before a migration: moved_before_migration_1$/mu);
});

test('without an administrator the server is not looked at, and a bad token is a failure', async () => {
  const { INFLUX_ADMIN_TOKEN: _, ...env } = influx.variables(BUCKET);
  const { code, stdout } = await influx.cli.run(['doctor', 'telemetry'], env);
  expect(code).toBe(0);
  expect(stdout).toContain('tasks were not looked at: INFLUX_ADMIN_TOKEN is not set');
  const refused = await influx.cli.run(['doctor', 'telemetry'], { ...env, INFLUX_TOKEN: 'another-token' });
  expect(refused.code).toBe(1);
  expect(refused.stdout).toMatch(/^FAIL {2}values +InfluxDB at \S+ does not accept the token; check INFLUX_TOKEN\.$/mu);
  expect(refused.stdout).not.toContain('another-token');
});
