import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Agent } from '../source/simulator/snmp/agent.ts';
import { startAgents } from '../source/simulator/snmp/start-agents.ts';
import { machineSubject } from '../source/simulator/snmp/subject.ts';
import { type CliResult, databaseVariables, useCli } from './support/cli.ts';
import { aToken, call, connect, type McpServers, useMcpServers } from './support/mcp.ts';
import { useDatabase } from './support/postgres.ts';
import { writeSteady } from './support/steady-telemetry.ts';
import { LAB, LAB_KEY, useUpgradeLab } from './support/upgrade-lab.ts';

const database = useDatabase();
const lab = useUpgradeLab(database);
const start = useMcpServers(database);
const cli = useCli();
const PATIENT = { timeout: 30_000, interval: 100 };
const ROUTER = LAB.eos.router;
const keyFile = path.join(cli.folder, 'keys');
const ends: (() => Promise<unknown>)[] = [];
let servers: McpServers;
let token = '';

beforeAll(async () => {
  const { seed, telemetry, database: users } = lab().world;
  writeFileSync(keyFile, `k1:${LAB_KEY}\n`, { mode: 0o600 });
  servers = await start({ telemetry });
  ({ token } = await aToken(users, seed.acme.id, seed.ben));
  return async () => {
    for (const end of ends.toReversed()) await end();
  };
});

const as = (operator: string): Record<string, string> => ({
  ...databaseVariables(database.settings('app_user')),
  NETUP_OPERATOR: operator,
  NETUP_ORGANIZATION: 'acme',
  NETUP_KEY_FILE: keyFile,
});

async function done(operator: string, argv: readonly string[], input = ''): Promise<CliResult> {
  const result = await cli.run(argv, as(operator), input);
  if (result.code !== 0) throw new Error(result.stderr);
  return result;
}

/** The agent's verdict by way of both MCP servers, and the gates that do not pass. */
async function decided(): Promise<{ readonly verdict: string; readonly failing: readonly string[] }> {
  const env = {
    NETUP_MCP_POSTGRES_URL: servers.postgres,
    NETUP_MCP_INFLUX_URL: servers.influx,
    NETUP_MCP_TOKEN: token,
  };
  const { stdout } = await cli.run(['decide', ROUTER, '--json', '--via', 'mcp'], { ...as('ben'), ...env });
  const { verdict, gates } = z
    .object({ verdict: z.string(), gates: z.array(z.object({ id: z.string(), result: z.string() })) })
    .parse(JSON.parse(stdout));
  return { verdict, failing: gates.flatMap(({ id, result }) => (result === 'pass' ? [] : [id])) };
}

interface Known {
  readonly version: string;
  readonly serial: string | null;
  readonly uptime: number | null;
  readonly answered: Date | null;
}

async function known(): Promise<Known> {
  const [row] = await database.admin<Known[]>`
    SELECT r.current_ver AS version, r.serial, h.uptime_seconds::float8 AS uptime, h.answered_at AS answered
    FROM routers AS r LEFT JOIN router_health AS h ON h.organization_id = r.organization_id AND h.router_id = r.id
    WHERE r.organization_id = ${lab().world.seed.acme.id} AND r.id = ${ROUTER}`;
  if (row === undefined) throw new Error('there is no such router');
  return row;
}

/** What the collector told the audit trail of the router, oldest first. */
async function observed(): Promise<readonly unknown[]> {
  const rows = await database.admin<{ after: unknown }[]>`
    SELECT after FROM audit_events WHERE action = 'router.observe' AND router_id = ${ROUTER} ORDER BY seq`;
  return rows.map(({ after }) => after);
}

it('from the device to its new version: collector, both databases, MCP, agent, two people, worker, and the collector again', async () => {
  const { seed, telemetry } = lab().world;
  // The device, and an inventory that does not know yet what it runs.
  await database.admin`UPDATE routers SET status = 'retired'`;
  const { machine } = await lab().device('eos');
  const agents = await startAgents([new Agent(machineSubject(machine), { community: 'seldom-guessed' })]);
  ends.push(() => agents.stop());
  await database.admin`
    UPDATE routers SET current_ver = '4.29.0F' WHERE organization_id = ${seed.acme.id} AND id = ${ROUTER}`;
  await done('ada', ['router', 'set', ROUTER, '--snmp-port', String(agents.ports[0]), '--reason', 'simulated']);
  await done('ada', ['credentials', 'add', 'polling', '--type', 'snmp_v2c'], 'seldom-guessed');
  await done('ada', ['credentials', 'add', 'login', '--type', 'ssh_password', '--username', 'netops'], 'correct horse');
  // It was read for an hour, until ten minutes ago.
  await database.admin`TRUNCATE telemetry_raw`;
  await writeSteady(telemetry, seed.acme.id, [ROUTER], { minutesSilent: 10 });
  expect(await decided()).toEqual({ verdict: 'defer', failing: ['freshness'] });

  const everyFive = ['--health-every', '5', '--errors-every', '5', '--facts-every', '5', '--interfaces-every', '5'];
  const collector = cli.start(['collect', '--organizations', 'acme', ...everyFive], {
    ...databaseVariables(database.settings('netup_worker')),
    NETUP_KEY_FILE: keyFile,
  });
  ends.push(async () => {
    collector.child.kill('SIGTERM');
    await collector.ended;
  });
  await vi.waitFor(async () => expect(await known()).toMatchObject({ version: '4.30.1F' }), PATIENT);
  expect(await observed()).toEqual([{ current_ver: '4.30.1F', serial: 'SIM0000001' }]);
  await vi.waitFor(async () => {
    const window = { start: Date.now() - 60_000, end: Date.now() + 60_000 };
    const health = await telemetry.health(seed.acme.id, ROUTER, window);
    expect(health).toMatchObject({ samples: expect.toSatisfy((samples) => samples > 0) });
  }, PATIENT);
  expect(await decided()).toEqual({ verdict: 'approve', failing: [] });

  const client = await connect(servers.postgres, token);
  ends.push(() => client.close());
  const proposed = await call(client, 'propose_upgrade', {
    router_id: ROUTER,
    schedule: 'now',
    reason: 'all gates pass',
  });
  const { upgrade_id: id, status } = z.looseObject({ upgrade_id: z.string(), status: z.string() }).parse(proposed);
  expect(status).toBe('pending');
  expect((await cli.run(['upgrades', 'approve', id], as('ben'))).code).not.toBe(0);
  await done('ana', ['upgrades', 'approve', id]);
  lab().worker();
  expect(await lab().ends(id)).toBe('success');
  expect(machine.software.running).toBe('4.31.2F');
  expect(machine.counters).toMatchObject({ reloads: 1 });
  const finished = Date.now();

  // The collector agrees with what the upgrade wrote, so there is nothing more to tell; a change by somebody else is told.
  const before = (await known()).uptime ?? 0;
  expect(before).toBeGreaterThan(0);
  await vi.waitFor(async () => {
    const { answered, version } = await known();
    expect(version).toBe('4.31.2F');
    expect(answered?.getTime()).toBeGreaterThan(finished);
  }, PATIENT);
  expect(await observed()).toHaveLength(1);
  await database.admin`UPDATE upgrades SET finished_at = finished_at - interval '10 minutes' WHERE id = ${id}`;
  machine.software.running = '4.32.2F';
  await vi.waitFor(async () => expect(await known()).toMatchObject({ version: '4.32.2F' }), PATIENT);
  expect((await observed()).slice(1)).toEqual([{ current_ver: '4.32.2F' }]);

  const trail = await database.admin<{ action: string; source: string; actor: string }[]>`
    SELECT action, source, actor_name AS actor FROM audit_events WHERE upgrade_id = ${id} ORDER BY seq`;
  expect(trail.slice(0, 2)).toEqual([
    { action: 'upgrade.request', source: 'mcp', actor: 'ben' },
    { action: 'upgrade.approve', source: 'cli', actor: 'ana' },
  ]);
  expect(trail.at(-1)).toMatchObject({ source: 'worker' });
}, 120_000);
