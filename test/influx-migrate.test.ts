import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DbrpsAPI } from '@influxdata/influxdb-client-apis';
import { expect, onTestFinished, test } from 'vitest';
import { checkMigration } from '../source/cli/doctor/telemetry-migration.ts';
import { listBuckets } from '../source/telemetry/migration/buckets.ts';
import { BEGINNING, FAR_AHEAD, fieldTypes } from '../source/telemetry/migration/questions.ts';
import { useSetUpInflux } from './support/set-up-influx.ts';
import { startWatchedProxy } from './support/watched-proxy.ts';

// Each test has a bucket of its own, but for the first, which is about the buckets and tokens of a setup.

const influx = useSetUpInflux();
const MINUTE = 60_000;
const DAY = 86_400_000;
const now = Math.floor(Date.now() / MINUTE) * MINUTE;

function migrate(bucket: string, flags: readonly string[], url?: string) {
  return influx.run(['migrate', 'influx', ...flags], bucket, url);
}

/** One line each ten minutes, `count` of them, the newest two hours old. */
function over(count: number, head: string, fields: string): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${head} ${fields} ${now - 2 * 3_600_000 - index * 10 * MINUTE}`);
}

const today = new Date().toISOString().slice(0, 10);
const tags = 'vendor=v,site=s';

test('mem becomes memory and gets its organizations; the old bucket is kept, tokens are given to the new one', async () => {
  const file = path.join(influx.cli.folder, 'tokens');
  await influx.run(['setup', 'influx', '--yes', '--tokens-file', file], 'telemetry');
  const oldToken = /^mcp_influx_server=(.+)$/mu.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  rmSync(file);
  expect(
    await influx.write('telemetry', [
      ...over(30, `mem,router_id=acme-only,${tags}`, 'free_percent=40,total_bytes=8i'),
      ...over(20, `mem,router_id=globex-only,organization=${influx.seed().globex.id},${tags}`, 'free_percent=41'),
      ...over(30, `cpu,router_id=globex-only,${tags}`, 'usage_percent=5.5,process_count=7i'),
      ...over(10, `upgrade_progress,router_id=acme-only,${tags}`, 'step="activate",percent=3'),
      ...over(10, `cpu,router_id=acme-only,organization=${influx.seed().acme.id},${tags}`, 'usage_percent=6'),
      ...over(10, 'docker,host=h', 'containers=3i'),
    ]),
  ).toBe(204);
  const oldId = (await listBuckets(influx.admin())).find(({ name }) => name === 'telemetry')?.id ?? '';
  await influx.admin().attempt('mapping a database', (client) =>
    new DbrpsAPI(client).postDBRP({
      body: { orgID: influx.admin().orgId, bucketID: oldId, database: 'legacy', retention_policy: 'week' },
    }),
  );
  const before = await influx.contents('telemetry');

  const dry = await migrate('telemetry', ['--dry-run']);
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout.split('\n').slice(1).toSorted()).toEqual(
    [
      '  telemetry: 180 points in 9 series are copied into a new bucket, which then gets the name (not begun)',
      '    mem: 80 points in 3 series, become memory, 60 get an organization',
      '    cpu: 70 points in 3 series, 60 get an organization',
      '    upgrade_progress: 20 points in 2 series, 20 get an organization',
      '    docker: 10 points in 1 series, as they are',
      '  ! the mapping of the database "legacy" stays with the old bucket, and has to be made anew',
      '',
    ].toSorted(),
  );
  expect(await migrate('telemetry', [])).toMatchObject({
    code: 1,
    stderr: 'Nothing was changed: there is no terminal to ask on. Give --yes to do this.\n',
  });
  expect(await influx.contents('telemetry')).toEqual(before);

  const done = await migrate('telemetry', ['--yes', '--tokens-file', file]);
  expect(done).toMatchObject({ code: 0 });
  const after = [
    `cpu.process_count organization=${influx.seed().globex.id} router_id=globex-only: 30`,
    `cpu.usage_percent organization=${influx.seed().acme.id} router_id=acme-only: 10`,
    `cpu.usage_percent organization=${influx.seed().globex.id} router_id=globex-only: 30`,
    'docker.containers organization= router_id=: 10',
    `memory.free_percent organization=${influx.seed().acme.id} router_id=acme-only: 30`,
    `memory.free_percent organization=${influx.seed().globex.id} router_id=globex-only: 20`,
    `memory.total_bytes organization=${influx.seed().acme.id} router_id=acme-only: 30`,
    `upgrade_progress.percent organization=${influx.seed().acme.id} router_id=acme-only: 10`,
    `upgrade_progress.step organization=${influx.seed().acme.id} router_id=acme-only: 10`,
  ].toSorted();
  expect(await influx.contents('telemetry')).toEqual(after);
  const kept = `telemetry_before_migration_${today}`;
  expect(await influx.contents(kept)).toEqual(before);
  const id = (await listBuckets(influx.admin())).find(({ name }) => name === 'telemetry')?.id ?? '';
  const types = await fieldTypes(influx.admin(), id, { start: BEGINNING, end: FAR_AHEAD }, 'memory');
  expect(Object.fromEntries(types)).toEqual({ free_percent: 'double', total_bytes: 'long' });

  const newToken = /^mcp_influx_server=(.+)$/mu.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  const line = [`cpu,router_id=acme-only,organization=${influx.seed().acme.id},${tags} usage_percent=6 ${now}`];
  expect(await influx.write('telemetry', line, newToken)).toBe(204);
  expect(await influx.write('telemetry', line, oldToken)).toBe(401);
  const setup = await influx.run(['setup', 'influx', '--dry-run'], 'telemetry');
  expect(setup.stdout).toContain('  nothing to do\n');

  const again = await migrate('telemetry', ['--yes']);
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(again.stdout.split('\n').slice(1)).toEqual([
    '  telemetry: nothing to do',
    `  ${kept} is kept; --drop-old deletes it`,
    '',
  ]);
  expect(await migrate('telemetry', ['--drop-old', '--yes'])).toMatchObject({ code: 0 });
  expect(await influx.bucketsOf('telemetry_before')).toEqual([]);
  expect((await influx.contents('telemetry')).length).toBe(after.length);
});

test('routers that nobody knows are listed and refused, unless there is a default', async () => {
  const bucket = await influx.newBucket();
  const [shared = ''] = influx.seed().acme.routers;
  await influx.write(bucket, [
    ...over(3, `cpu,router_id=stranger,${tags}`, 'usage_percent=1'),
    ...over(3, `cpu,router_id=${shared},${tags}`, 'usage_percent=2'),
    ...over(3, `cpu,router_id=globex-only,${tags}`, 'usage_percent=3'),
    ...over(3, 'errors,severity=critical', 'error_count=3i'),
  ]);
  const refused = await migrate(bucket, ['--yes']);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toBe(
    'Points without an organization are of routers that are not in the inventory: no router_id at all, "stranger".\n' +
      `Points without an organization are of routers that several organizations have: "${shared}".\n` +
      'Nothing was changed. Give --default-organization SLUG to say whose they are, or add them to the inventory.\n',
  );
  expect((await migrate(bucket, ['--yes', '--default-organization', 'acm'])).stderr).toBe(
    'There is no organization "acm"; --default-organization can be: acme, globex.\n',
  );
  expect(await influx.bucketsOf(bucket)).toEqual([`${bucket}: theirs`]);
  expect(await migrate(bucket, ['--yes', '--default-organization', 'acme'])).toMatchObject({ code: 0 });
  expect(await influx.contents(bucket)).toEqual(
    [
      `cpu.usage_percent organization=${influx.seed().acme.id} router_id=${shared}: 3`,
      `cpu.usage_percent organization=${influx.seed().acme.id} router_id=stranger: 3`,
      `cpu.usage_percent organization=${influx.seed().globex.id} router_id=globex-only: 3`,
      `errors.error_count organization=${influx.seed().acme.id} router_id=: 3`,
    ].toSorted(),
  );
});

test('points of one time that become the same are one, and what was right before stays', async () => {
  const bucket = await influx.newBucket(0);
  await influx.write(bucket, [
    ...over(10, `mem,router_id=acme-only,${tags}`, 'free_percent=1'),
    ...over(6, `memory,router_id=acme-only,organization=${influx.seed().acme.id},${tags}`, 'free_percent=2'),
  ]);
  expect(await migrate(bucket, ['--yes'])).toMatchObject({ code: 0 });
  expect(await influx.contents(bucket)).toEqual([
    `memory.free_percent organization=${influx.seed().acme.id} router_id=acme-only: 10`,
  ]);
  const sum = await influx.query(`from(bucket: "${bucket}") |> range(start: 0) |> sum() |> keep(columns: ["_value"])`);
  expect(sum).toContain(`,${6 * 2 + 4}\r\n`);
});

test('fields of other types are refused before anything is changed', async () => {
  const bucket = await influx.newBucket();
  await influx.write(bucket, [
    ...over(2, `mem,router_id=acme-only,${tags}`, 'free_percent=1i'),
    ...over(2, `memory,router_id=acme-only,organization=${influx.seed().acme.id},${tags}`, 'free_percent=2'),
  ]);
  const { code, stderr } = await migrate(bucket, ['--yes']);
  expect(code).toBe(1);
  expect(stderr).toContain('free_percent (long, not double)');
  expect(await influx.bucketsOf(bucket)).toEqual([`${bucket}: theirs`]);
});

test('mem of another bucket is added; what is older than the bucket keeps is counted and left out', async () => {
  const [bucket, other] = [await influx.newBucket(), await influx.newBucket(0)];
  const old = Array.from(
    { length: 4 },
    (_, day) => `mem,router_id=acme-only,${tags} free_percent=3 ${now - (8 + day) * DAY}`,
  );
  await influx.write(other, [
    ...over(5, `mem,router_id=acme-only,${tags}`, 'free_percent=3'),
    ...over(5, `cpu,router_id=acme-only,${tags}`, 'usage_percent=3'),
    ...old,
  ]);
  await influx.write(
    bucket,
    over(2, `memory,router_id=acme-only,organization=${influx.seed().acme.id},${tags}`, 'free_percent=3'),
  );
  const dry = await migrate(bucket, ['--dry-run', '--from', other]);
  expect(dry.stdout.split('\n').slice(1)).toEqual([
    `  ${other}: 5 points of mem are added to ${bucket} as memory; 2 are there already, and are written over`,
    '    mem: 5 points in 1 series, become memory, 5 get an organization',
    '    4 points older than the bucket keeps, left out',
    '',
  ]);
  expect(await migrate(bucket, ['--yes', '--from', other])).toMatchObject({ code: 0 });
  expect(await influx.contents(bucket)).toEqual([
    `memory.free_percent organization=${influx.seed().acme.id} router_id=acme-only: 5`,
  ]);
  expect(await influx.bucketsOf(bucket)).toEqual([`${bucket}: theirs`]);
  expect((await migrate(bucket, ['--yes', '--from', other])).stdout.split('\n').slice(1)).toEqual([
    `  ${bucket}: nothing to do`,
    `  ${other}: nothing to do`,
    '',
  ]);
  expect((await migrate(bucket, ['--yes', '--from', 'nowhere'])).stderr).toBe(
    'There is no bucket "nowhere" for --from in the organization.\n',
  );
});

test(
  'killed or cut off at any place while writers go on, it completes without loss or doubles',
  { timeout: 90_000 },
  async () => {
    const bucket = await influx.newBucket();
    await influx.write(bucket, over(200, `mem,router_id=acme-only,${tags}`, 'free_percent=3'));
    const writing = new AbortController();
    let written = 0;
    const writer = (async () => {
      // As the spool does: a point that is not taken is sent again. Paced, so that the server has time for the migration.
      while (!writing.signal.aborted) {
        await pause(20);
        const at = now - DAY - written * 1000;
        const line = `cpu,router_id=globex-only,organization=${influx.seed().globex.id},${tags} usage_percent=1 ${at}`;
        if ((await influx.write(bucket, [line])) === 204) written += 1;
      }
    })();
    onTestFinished(() => {
      writing.abort();
      return writer;
    });
    for (const [line, count, how] of [
      ['POST /api/v2/query', 4, 'cut'],
      ['POST /api/v2/buckets', 1, 'SIGKILL'],
      ['POST /api/v2/query', 14, 'SIGKILL'],
      ['PATCH', 1, 'cut'],
      ['PATCH', 1, 'SIGKILL'],
      ['PATCH', 2, 'SIGKILL'],
      ['PATCH', 1, 'SIGKILL'],
      ['POST /api/v2/query', 4, 'SIGKILL'],
      ['PATCH', 1, 'cut'],
    ] as const) {
      let seen = 0;
      const stop: { now?: () => void } = {};
      const proxy = await startWatchedProxy(influx.url(), (request) => {
        if (request.startsWith(line)) seen += 1;
        if (!request.startsWith(line) || seen !== count) return;
        if (how === 'cut') throw new Error('cut off');
        stop.now?.();
      });
      const { child, ended } = influx.cli.start(['migrate', 'influx', '--yes'], influx.variables(bucket, proxy.url));
      stop.now = () => child.kill('SIGKILL');
      const end = await ended;
      await proxy.stop();
      expect([line, count, end]).toEqual([line, count, how === 'cut' ? 1 : 'SIGKILL']);
    }
    const last = await migrate(bucket, ['--yes']);
    writing.abort();
    await writer;
    expect(last).toMatchObject({ code: 0 });
    expect(await influx.contents(bucket)).toEqual([
      `cpu.usage_percent organization=${influx.seed().globex.id} router_id=globex-only: ${written}`,
      `memory.free_percent organization=${influx.seed().acme.id} router_id=acme-only: 200`,
    ]);
    expect(await influx.bucketsOf(bucket)).toEqual([
      `${bucket}: theirs`,
      `${bucket}_before_migration_${today}: theirs [netup-tui migrate influx: replaced by ID]`,
    ]);
    expect((await migrate(bucket, ['--yes'])).stdout).toContain(`  ${bucket}: nothing to do\n`);
  },
);

test('killed after the swap, it copies the parts in which the old bucket got something since, and leaves the others as they are', async () => {
  const bucket = await influx.newBucket();
  await influx.write(bucket, over(30, `mem,router_id=acme-only,${tags}`, 'free_percent=3'));
  const stop: { now?: () => void } = {};
  let renamed = 0;
  const proxy = await startWatchedProxy(influx.url(), (request) => {
    if (request.startsWith('PATCH')) renamed += 1;
    if (request === 'POST /api/v2/query' && renamed === 3) stop.now?.();
  });
  const { child, ended } = influx.cli.start(['migrate', 'influx', '--yes'], influx.variables(bucket, proxy.url));
  stop.now = () => child.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
  await proxy.stop();
  const states = () => checkMigration(influx.admin(), bucket);
  expect(await states()).toMatchObject([{ state: 'warn', found: expect.stringContaining('may not be in') }]);

  const memory = `memory,router_id=acme-only,organization=${influx.seed().acme.id},${tags}`;
  await influx.write(bucket, over(1, memory, 'free_percent=77'));
  const late = now - 5 * DAY;
  await influx.write(`${bucket}_before_migration_${today}`, [
    `mem,router_id=acme-only,${tags} free_percent=50 ${late}`,
  ]);
  expect(await migrate(bucket, ['--yes'])).toMatchObject({ code: 0 });
  expect(await influx.contents(bucket)).toEqual([
    `memory.free_percent organization=${influx.seed().acme.id} router_id=acme-only: 31`,
  ]);
  const sum = await influx.query(`from(bucket: "${bucket}") |> range(start: 0) |> sum() |> keep(columns: ["_value"])`);
  expect(sum).toContain(`,${29 * 3 + 77 + 50}\r\n`);
  expect((await influx.bucketsOf(bucket))[0]).toBe(`${bucket}: theirs`);
  expect(await states()).toMatchObject([{ state: 'warn', found: expect.stringContaining('kept from before') }]);
});
