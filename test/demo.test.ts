import { readFileSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { defaultServerDirectory } from '../source/demo/embedded-server.ts';
import { openDatabase } from '../source/postgres/database.ts';
import { openEmbeddedStore } from '../source/telemetry/embedded/embedded-store.ts';
import { type RunningProgram, useCli } from './support/cli.ts';
import { sshConnect, SshScreen } from './support/ssh-screen.ts';

const cli = useCli();
const HEADLESS = ['demo', '--headless', '--json'];
const PATIENT = { timeout: 60_000 };

/** Root's database is not in the state folder. */
afterAll(() => {
  for (const state of ['state', 'other']) {
    rmSync(defaultServerDirectory(path.join(cli.folder, state)), { recursive: true, force: true });
  }
});

const answerSchema = z.object({
  env: z.record(z.string(), z.string()),
  postgres: z.record(z.string(), z.url()),
  influx: z.object({ url: z.url(), org: z.string(), bucket: z.string(), token: z.string() }).nullable(),
  devices: z.array(
    z.object({
      hostname: z.string(),
      platform: z.enum(['ios-xe', 'junos', 'eos']),
      host: z.literal('127.0.0.1'),
      port: z.int(),
      user: z.string(),
      password: z.string(),
    }),
  ),
  ssh: z
    .object({ host: z.literal('127.0.0.1'), port: z.int(), user: z.literal('ana'), identityFile: z.string() })
    .optional(),
});

type Answer = z.infer<typeof answerSchema>;

async function answerOf({ firstLine }: RunningProgram): Promise<Answer> {
  return answerSchema.parse(JSON.parse(await firstLine));
}

async function query(answer: Answer, statement: string): Promise<readonly postgres.Row[]> {
  const sql = postgres(answer.postgres['postgres'] ?? '', { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

/** Neither the database nor a device listens any more. */
async function expectGone({ env, devices }: Answer): Promise<void> {
  await vi.waitFor(async () => expect(await answers(Number(env['PG_PORT']))).toBe(false), PATIENT);
  expect(await answers(devices[0]?.port ?? 0)).toBe(false);
}

describe('demo --headless --json', () => {
  test('starts everything, says how to reach it, and stops when it is told to', async () => {
    const demo = cli.start([...HEADLESS, '--serve']);
    const answer = await answerOf(demo);
    expect(answer.influx).toBeNull();

    const { port = 0, identityFile = '' } = answer.ssh ?? {};
    expect(statSync(identityFile).mode & 0o777).toBe(0o600);
    const client = await sshConnect(port, readFileSync(identityFile, 'utf8'));
    const screen = await SshScreen.open(client);
    await screen.waitFor(/acme-backbone[^]*ana \(approver\)[^]*▌/u);
    screen.type('q');
    expect(await screen.ended).toBe(0);
    client.end();
    expect(Object.keys(answer.postgres).toSorted()).toEqual([
      'app_user',
      'netup_owner',
      'netup_readonly',
      'netup_worker',
      'postgres',
    ]);
    const [counts] = await query(
      answer,
      `SELECT (SELECT count(*)::int FROM organizations) AS organizations, (SELECT count(*)::int FROM routers) AS routers,
        (SELECT count(*)::int FROM vendors) AS vendors,
        (SELECT count(*)::int FROM routers WHERE status IN ('active', 'maintenance')) AS running`,
    );
    expect(counts).toEqual({ organizations: 3, vendors: 3, routers: 300, running: answer.devices.length });

    const doctor = await cli.run(['doctor'], answer.env);
    expect(doctor.stdout).not.toMatch(/FAIL|warn/u);
    const host = answer.devices.at(-1)?.hostname ?? '';
    const check = await cli.run(['router', 'check', host, '--json'], { ...answer.env, NETUP_OPERATOR: 'ada' });
    expect(JSON.parse(check.stdout)).toMatchObject({ matches: true, hostname: host });

    await vi.waitFor(async () => {
      const verify = await cli.run(['audit', 'verify'], { ...answer.env, NETUP_OPERATOR: 'ana' });
      expect(verify).toMatchObject({ code: 0, stderr: '' });
      // The fleet, the credential and the collector that takes it out; ana's key and her login.
      expect(verify.stdout).toMatch(
        /^acme-backbone: \d+ rows, all as they were written; signed for up to row \d+\.$/mu,
      );
    }, PATIENT);

    const again = await cli.run(HEADLESS);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toMatch(/^Another demo \(process \d+\) uses .*NETUP_STATE_DIR to another folder\.\n$/mu);
    expect((await cli.run([...HEADLESS, '--fresh'])).code).toBe(1);

    demo.child.kill('SIGTERM');
    expect(await demo.ended).toBe(0);
    await expectGone(answer);
  }, 90_000);

  test('keeps its logins to itself', () => {
    const file = path.join(cli.folder, 'state', 'demo-secrets.json');
    const { databasePassword } = JSON.parse(readFileSync(file, 'utf8'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    expect(readFileSync(path.join(path.dirname(file), 'netup-tui.log'), 'utf8')).not.toContain(databasePassword);
  });

  test('has what was changed in it again next time, and telemetry of the last two hours', async () => {
    const demo = cli.start(HEADLESS);
    const answer = await answerOf(demo);
    await query(answer, `UPDATE organizations SET name = 'Renamed' WHERE slug = 'acme-backbone'`);
    const [row] = await query(
      answer,
      `SELECT organization_id, id FROM routers WHERE status = 'active' AND organization_id = (SELECT id FROM organizations WHERE slug = 'acme-backbone')
       ORDER BY id LIMIT 1`,
    );
    const { organization_id: organization, id } = z.object({ organization_id: z.string(), id: z.string() }).parse(row);
    const { PG_PORT, PG_PASSWORD: password = '', PG_DB: name = '' } = answer.env;
    const database = openDatabase({
      host: '127.0.0.1',
      port: Number(PG_PORT),
      database: name,
      user: 'app_user',
      password,
      sslMode: 'disable',
      poolSize: 4,
    });
    const store = openEmbeddedStore(database);
    await vi.waitFor(async () => {
      const health = await store.fleetHealth(organization, { start: Date.now() - 7_200_000, end: Date.now() });
      expect(health.get(id)?.samples ?? 0).toBeGreaterThan(100);
    }, PATIENT);
    await store.close();
    await database.close();

    // What is new is what the collector reads of the devices; the sick ones are sick in it.
    await vi.waitFor(async () => {
      const [read] = await query(
        answer,
        `SELECT count(*) FILTER (WHERE cpu_latest IS NOT NULL AND memory_latest_free IS NOT NULL)::int AS read,
          count(*) FILTER (WHERE cpu_latest > 80)::int AS hot, count(*) FILTER (WHERE memory_latest_free < 10)::int AS starved,
          count(*) FILTER (WHERE failure LIKE '%does not answer SNMP%')::int AS silent
        FROM router_health`,
      );
      expect(read).toMatchObject({ read: answer.devices.length - 1, hot: 6, starved: 4, silent: 1 });
    }, PATIENT);
    expect(await query(answer, 'SELECT FROM collector_quarantine')).toEqual([]);

    demo.child.kill('SIGKILL');
    expect(await demo.ended).toBe('SIGKILL');
    await expectGone(answer);

    const next = cli.start(HEADLESS);
    const nextAnswer = await answerOf(next);
    expect(await query(nextAnswer, `SELECT name FROM organizations WHERE slug = 'acme-backbone'`)).toEqual([
      { name: 'Renamed' },
    ]);
    next.child.kill('SIGHUP');
    expect(await next.ended).toBe(0);
    await expectGone(nextAnswer);
  }, 120_000);

  test('forgets it with --fresh, and runs beside another with a state folder of its own', async () => {
    const one = cli.start([...HEADLESS, '--fresh']);
    const answer = await answerOf(one);
    const other = cli.start(HEADLESS, { NETUP_STATE_DIR: path.join(cli.folder, 'other') });
    const otherAnswer = await answerOf(other);
    expect(await query(answer, `SELECT name FROM organizations WHERE slug = 'acme-backbone'`)).toEqual([
      { name: 'Acme Backbone' },
    ]);
    expect(otherAnswer.env['PG_PORT']).not.toBe(answer.env['PG_PORT']);
    for (const { child } of [one, other]) child.kill('SIGINT');
    expect(await Promise.all([one.ended, other.ended])).toEqual([0, 0]);
  }, 120_000);

  test('is what `npm start` starts, and ends with npm', async () => {
    const npm = cli.npmStart(['--headless', '--json']);
    const answer = await answerOf(npm);
    expect(answer.devices.length).toBeGreaterThan(200);
    npm.child.kill('SIGTERM');
    await npm.ended;
    await expectGone(answer);
  }, 90_000);

  test('sends telemetry to InfluxDB if INFLUX_URL is set', async () => {
    const written = Promise.withResolvers<string>();
    // Takes whatever is written, and has nothing to read.
    const server = createServer((request, response) => {
      if (request.url?.startsWith('/api/v2/write') === true) written.resolve(request.url);
      request.resume().on('end', () => response.writeHead(request.url?.includes('write') === true ? 204 : 200).end());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => server.closeAllConnections());
    onTestFinished(() => void server.close());
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const demo = cli.start(HEADLESS, { INFLUX_URL: url, INFLUX_TOKEN: 'secret-token', INFLUX_BUCKET: 'raw' });
    const answer = await answerOf(demo);
    const influx = { url, org: 'network-operations', bucket: 'raw', token: 'secret-token' };
    expect(answer.influx).toEqual(influx);
    expect(answer.env).toMatchObject({ INFLUX_URL: url, INFLUX_BUCKET: 'raw', INFLUX_FLUSH_INTERVAL: '5000ms' });
    expect(await written.promise).toContain('bucket=raw');
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(0);
  }, 60_000);

  test('leaves nothing behind when it is stopped while it starts', async () => {
    const demo = cli.start(HEADLESS);
    const { promise: starting, resolve } = Promise.withResolvers<undefined>();
    demo.child.stderr.on('data', (text) => {
      if (String(text).includes('starting PostgreSQL')) resolve(undefined);
    });
    await starting;
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(130);
    const next = cli.start(HEADLESS);
    await answerOf(next);
    next.child.kill('SIGINT');
    expect(await next.ended).toBe(0);
  }, 120_000);
});
