import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { useDatabase } from './support/postgres.ts';
import type { Seed } from './support/seed.ts';

const test = useDatabase();
const PROGRAM = new URL('support/crash-collector.ts', import.meta.url).pathname;
const TERMS = { lease: 1500, margin: 300, intervalMs: 300 };
const ROUTERS = 1000;
const PATIENT = { timeout: 30_000, interval: 100 };
const children: ChildProcess[] = [];

/** The routers, as a web server that says who asked for which, and whether anybody asked for one twice at once. */
const polled = new Map<string, Set<string>>();
const asked = new Map<string, number>();
let overlaps = 0;
let devices: Server;
let address = '';
let seed: Seed;

beforeAll(async () => {
  seed = await test.seed();
  await test.admin`UPDATE routers SET status = 'retired'`;
  await test.admin`
    INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver)
    SELECT CASE WHEN n % 4 = 0 THEN ${seed.globex.id}::uuid ELSE ${seed.acme.id}::uuid END, 'shared-' || n, 'shared-' || n,
      '10.9.0.0'::inet + n, '1' FROM generate_series(1, ${ROUTERS}) AS n`;
  devices = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://devices');
    const who = url.searchParams.get('who') ?? '';
    if ((asked.get(url.pathname) ?? 0) > 0) overlaps += 1;
    asked.set(url.pathname, (asked.get(url.pathname) ?? 0) + 1);
    polled.set(who, (polled.get(who) ?? new Set()).add(url.pathname));
    response.once('close', () => asked.set(url.pathname, (asked.get(url.pathname) ?? 0) - 1));
    setTimeout(() => response.end(), 20);
  }).listen(0, '127.0.0.1');
  await once(devices, 'listening');
  address = `http://127.0.0.1:${z.object({ port: z.number() }).parse(devices.address()).port}`;
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  devices.closeAllConnections();
  devices.close();
});

function begin(): ChildProcess {
  const { host, port, database, user, password } = test.settings('netup_worker');
  const settings = { host, port, database, user, password, devices: address, intervalMs: 2000, terms: TERMS };
  const child = spawn(process.execPath, [PROGRAM], {
    env: { ...process.env, NETUP_CRASH_COLLECTOR: JSON.stringify(settings) },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  children.push(child);
  return child;
}

const of = (child: ChildProcess): ReadonlySet<string> => polled.get(String(child.pid)) ?? new Set();

async function sharesOf(child: ChildProcess): Promise<number> {
  const [row] = await test.admin<{ shares: number }[]>`
    SELECT count(*)::int AS shares FROM collector_shares AS s JOIN collectors AS c ON c.id = s.collector_id
    WHERE c.pid = ${child.pid ?? 0}`;
  return row?.shares ?? 0;
}

it('one has all routers; a second takes half of each organization; one that is killed is followed by the other; nobody polls one twice at once', async () => {
  const first = begin();
  await vi.waitFor(() => expect(of(first).size).toBe(ROUTERS), PATIENT);
  expect(await sharesOf(first)).toBe(128);

  const second = begin();
  await vi.waitFor(async () => expect([await sharesOf(first), await sharesOf(second)]).toEqual([64, 64]), PATIENT);
  const halves = await test.admin`
    SELECT count(*)::int AS shares FROM collector_shares GROUP BY organization_id, collector_id`;
  expect(halves.map(({ shares }) => Number(shares))).toEqual([32, 32, 32, 32]);
  polled.clear();
  await vi.waitFor(() => expect(of(first).size + of(second).size).toBe(ROUTERS), PATIENT);
  // Neither has a router of the other.
  expect([...of(first)].filter((id) => of(second).has(id))).toEqual([]);
  expect(Math.min(of(first).size, of(second).size)).toBeGreaterThan(350);

  const gone = once(first, 'exit');
  first.kill('SIGKILL');
  await gone;
  polled.clear();
  await vi.waitFor(() => expect(of(second).size).toBe(ROUTERS), PATIENT);
  expect(await sharesOf(second)).toBe(128);

  // One that ends by itself leaves no gap: its shares are free at once.
  const third = begin();
  await vi.waitFor(async () => expect(await sharesOf(third)).toBe(64), PATIENT);
  const ended = once(second, 'exit');
  second.stdin?.write('end\n');
  expect(await ended).toEqual([0, null]);
  await vi.waitFor(async () => expect(await sharesOf(third)).toBe(128), PATIENT);

  expect(overlaps).toBe(0);
  const [health] = await test.admin`
    SELECT count(*)::int AS routers, min(cpu_latest)::float8 AS cpu FROM router_health`;
  expect(health).toEqual({ routers: ROUTERS, cpu: 12 });
}, 120_000);
