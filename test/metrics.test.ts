import path from 'node:path';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { type CliResult, databaseVariables, type RunningProgram, useCli } from './support/cli.ts';
import { type CuttingProxy, startCuttingProxy } from './support/cutting-proxy.ts';
import { newKey } from './support/encryption-keys.ts';
import { type ParsedMetrics, parseMetrics } from './support/metrics-parser.ts';
import { type DatabaseRole, useDatabase } from './support/postgres.ts';
import { queueUpgrades } from './support/queued-upgrades.ts';
import type { Seed } from './support/seed.ts';

const cli = useCli();
const database = useDatabase();
const PATIENT = { timeout: 20_000, interval: 100 };
let seed: Seed;

beforeAll(async () => {
  seed = await database.seed();
  await cli.run(['audit', 'key', 'create'], AUDIT_FILES);
});

const KEY = newKey();
/** A worker that has none does not start. */
const AUDIT_FILES = { NETUP_AUDIT_KEY_FILE: path.join(cli.folder, 'audit-key') };

function variables(role: DatabaseRole, proxy?: CuttingProxy): Record<string, string> {
  const moved = proxy === undefined ? {} : { PG_HOST: '127.0.0.1', PG_PORT: String(proxy.port) };
  return {
    ...databaseVariables(database.settings(role)),
    ...moved,
    ...AUDIT_FILES,
    NETUP_ENCRYPTION_KEYS: `k1:${KEY}`,
  };
}

/** Where a program that was started says that it can be watched. */
async function watchedAt({ child }: RunningProgram): Promise<string> {
  let heard = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (heard += String(chunk)));
  return vi.waitFor(
    () => z.string().parse(/http:\/\/127\.0\.0\.1:\d+(?=\/metrics)/u.exec(heard)?.[0], undefined),
    PATIENT,
  );
}

async function scrape(url: string): Promise<ParsedMetrics> {
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  expect(text).not.toContain(database.settings('netup_worker').password);
  expect(text).not.toContain(KEY);
  return parseMetrics(text);
}

async function ready(url: string): Promise<{ status: number; checks: Record<string, string> }> {
  const response = await fetch(`${url}/readyz`);
  const { checks } = z.object({ checks: z.record(z.string(), z.string()) }).parse(await response.json());
  return { status: response.status, checks };
}

async function blackOut(): Promise<void> {
  for (const { id } of [seed.acme, seed.globex]) {
    await database.admin`
      INSERT INTO blackouts (organization_id, starts_at, ends_at, reason, created_by)
      VALUES (${id}, now() - interval '1 hour', now() + interval '1 hour', 'frozen', ${seed.ada.id})`;
  }
}

const OK = { status: 200, checks: { database: 'ok', tables: 'ok', role: 'ok', leases: 'ok' } };

test('a worker tells how all organizations stand, and whether it could work, also while PostgreSQL is away', async () => {
  const proxy = await startCuttingProxy(database.settings('netup_worker'));
  onTestFinished(() => proxy.stop());
  await blackOut();
  await queueUpgrades(database.admin, seed, [{}, { organization: 'globex' }, { organization: 'globex' }]);
  const worker = cli.start(['worker', '--slots', '3', '--metrics', '0'], variables('netup_worker', proxy));
  const url = await watchedAt(worker);
  await vi.waitFor(async () => expect(await ready(url)).toEqual(OK), PATIENT);
  expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok\n');
  const { values } = await scrape(url);
  expect(values.get('netup_upgrades{state="approved"}')).toBe(3);
  expect(values.get('netup_upgrades{state="running"}')).toBe(0);
  expect(values.get('netup_queue_due')).toBe(3);
  expect(values.get('netup_queue_oldest_seconds')).toBeGreaterThan(3500);
  expect(values.get('netup_worker_slots')).toBe(3);
  expect(values.get('netup_webhook_deliveries{state="waiting"}')).toBe(0);
  expect(values.get('netup_audit_unsigned_rows')).toBeGreaterThanOrEqual(0);
  expect(Math.abs(values.get('netup_clock_offset_seconds') ?? NaN)).toBeLessThan(60);
  expect(values.get('netup_event_loop_delay_seconds{quantile="0.99"}')).toBeGreaterThanOrEqual(0);

  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${url}/etc/passwd`)).status).toBe(404);

  await proxy.cut();
  await vi.waitFor(
    async () => expect(await ready(url)).toMatchObject({ status: 503, checks: { database: 'does not answer' } }),
    PATIENT,
  );
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const cut = await scrape(url);
  expect(cut.values.get('netup_database_up')).toBe(0);
  expect(cut.types.has('process_cpu_seconds_total')).toBe(true);
  await proxy.mend();
  await vi.waitFor(async () => expect(await ready(url)).toEqual(OK), { ...PATIENT, timeout: 40_000 });
  worker.child.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
}, 90_000);

test('a collector tells of its polls, and that its share is its own', async () => {
  await database.admin`UPDATE routers SET status = 'retired'`;
  const collector = cli.start(['collect', '--metrics', '127.0.0.1:0'], variables('netup_worker'));
  const url = await watchedAt(collector);
  await vi.waitFor(async () => expect(await ready(url)).toEqual(OK), PATIENT);
  const { values } = await scrape(url);
  expect(values.get('netup_collector_routers')).toBe(0);
  expect(values.get('netup_collector_polls_total{result="answered"}')).toBe(0);
  expect(values.get('netup_collector_late_polls_total')).toBe(0);
  collector.child.kill('SIGTERM');
  expect(await collector.ended).toBe(0);
});

test.for(['postgres', 'influx'] as const)('mcp %s can be watched beside its own address', async (server) => {
  const argv = ['mcp', server, '--http', '0', '--metrics', '0'];
  const program = cli.start(argv, variables('netup_readonly'));
  const url = await watchedAt(program);
  expect(await ready(url)).toEqual({ status: 200, checks: { database: 'ok', tables: 'ok', role: 'ok' } });
  expect((await scrape(url)).values.get('netup_database_up')).toBe(1);
  program.child.kill('SIGTERM');
  expect(await program.ended).toBe(0);
});

test.for([
  [['worker', '--metrics', 'here'], /"here" is no address; write --metrics 9464/u],
  [['mcp', 'postgres', '--metrics', '9464'], /--metrics are for --http/u],
  [['worker', '--metrics', '192.0.2.1:9464'], /cannot be served at 192\.0\.2\.1:9464 \(EADDRNOTAVAIL\)/u],
] as const)('%s is refused in one sentence', async ([argv, fault]) => {
  const refused: CliResult = await cli.run(argv, variables('netup_worker'));
  expect(refused.stderr).toMatch(fault);
  expect(refused.code).toBeGreaterThan(0);
});
