import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Platform } from '../source/model/platform.ts';
import { type SimulatedFleet, startSimulatedDevices } from '../source/simulator/fleet.ts';
import { Agent } from '../source/simulator/snmp/agent.ts';
import { type RunningAgents, startAgents } from '../source/simulator/snmp/start-agents.ts';
import { machineSubject } from '../source/simulator/snmp/subject.ts';
import { type CliResult, databaseVariables, useCli } from './support/cli.ts';
import { newKey } from './support/encryption-keys.ts';
import { useDatabase } from './support/postgres.ts';
import type { Seed } from './support/seed.ts';
import { DEVICES } from './support/simulated.ts';

const cli = useCli();
const database = useDatabase();
const keyFile = path.join(cli.folder, 'keys');
const PATIENT = { timeout: 30_000, interval: 200 };
const PLACES: readonly (readonly [string, Platform])[] = [
  ['ams-core-01', 'ios-xe'],
  ['ams-edge-01', 'junos'],
  ['fra-leaf-01', 'eos'],
];
const ROUTERS = PLACES.map(([id]) => id);
let seed: Seed;
let fleet: SimulatedFleet;
let agents: RunningAgents;
let spoken: readonly Agent[];

const operator = (): Record<string, string> => ({
  ...databaseVariables(database.settings('app_user')),
  NETUP_OPERATOR: 'ada',
  NETUP_ORGANIZATION: 'acme',
  NETUP_KEY_FILE: keyFile,
});
const collector = (): Record<string, string> => ({
  ...databaseVariables(database.settings('netup_worker')),
  NETUP_KEY_FILE: keyFile,
});
const collect = (...argv: readonly string[]): Promise<CliResult> => cli.run(['collect', ...argv], collector());

/** Runs a command of the operator's, which must succeed. */
async function done(argv: readonly string[], input = ''): Promise<void> {
  const { code, stderr } = await cli.run(argv, operator(), input);
  if (code !== 0) throw new Error(stderr);
}

beforeAll(async () => {
  seed = await database.seed();
  writeFileSync(keyFile, `k1:${newKey()}\n`, { mode: 0o600 });
  fleet = await startSimulatedDevices(PLACES.map(([hostname, platform]) => ({ ...DEVICES[platform], hostname })));
  spoken = fleet.devices.map(({ machine }) => new Agent(machineSubject(machine), { community: 'seldom-guessed' }));
  agents = await startAgents(spoken);
  await database.admin`UPDATE routers SET status = 'retired'`;
  for (const [index, { hostname, host, port, hostKey }] of fleet.devices.entries()) {
    const place = { mgmt_ip: host, mgmt_port: port, ssh_host_key: hostKey };
    await database.admin`
      UPDATE routers SET ${database.admin({ ...place, status: 'active' })} WHERE organization_id = ${seed.acme.id} AND id = ${hostname}`;
    const argv = ['router', 'set', hostname, '--snmp-port', String(agents.ports[index]), '--reason', 'simulated'];
    await done(argv);
  }
  await done(['credentials', 'add', 'polling', '--type', 'snmp_v2c'], 'seldom-guessed');
  await done(['credentials', 'add', 'login', '--type', 'ssh_password', '--username', 'netops'], 'correct horse');
}, 60_000);
afterAll(async () => {
  await agents.stop();
  await fleet.stop();
});

async function rows(): Promise<readonly Record<string, unknown>[]> {
  return database.admin`
    SELECT h.router_id AS id, h.cpu_latest > 0 AS cpu, h.memory_latest_free > 0 AS memory, h.uptime_seconds > 0 AS uptime,
      h.failures, h.failure, r.serial, r.status, r.last_seen_at IS NOT NULL AS seen
    FROM router_health AS h JOIN routers AS r ON r.organization_id = h.organization_id AND r.id = h.router_id
    ORDER BY h.router_id`;
}

it('refuses the login of the console, numbers that make no sense, and organizations that there are not', async () => {
  const refused = await cli.run(['collect', '--once'], operator());
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/not a member of netup_worker/u) });
  expect(await collect('--at-once', '0')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--at-once must be/u),
  });
  const unknown = await collect('--once', '--organizations', 'acme,nowhere');
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringMatching(/there is no organization "nowhere"/u) });
});

it('collect --once reads real devices over SNMP and SSH into both databases, and the gates have their figures', async () => {
  const { code, stdout, stderr } = await collect('--once', '--organizations', 'acme');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe('Polled 3 routers: 6 polls were answered, 0 were not; 0 values are in quarantine.\n');
  const fine = { cpu: true, memory: true, uptime: true, failures: 0, failure: null, status: 'active', seen: true };
  expect(await rows()).toEqual(ROUTERS.map((id) => ({ id, serial: 'SIM0000001', ...fine })));
  const audit = await database.admin<{ action: string; target: string }[]>`
    SELECT action, target_id AS target FROM audit_events WHERE source = 'collector' AND organization_id = ${seed.acme.id} ORDER BY seq`;
  // One for each secret, however many routers; and what the devices say of themselves.
  expect(audit.filter(({ action }) => action === 'credential.use')).toHaveLength(2);
  expect(
    audit
      .filter(({ action }) => action === 'router.observe')
      .map(({ target }) => target)
      .toSorted(),
  ).toEqual(ROUTERS);
  expect(stdout + stderr).not.toMatch(/seldom-guessed|correct horse/u);

  const decided = await cli.run(['decide', 'ams-edge-01', '--json'], operator());
  const { gates } = z
    .object({ gates: z.array(z.object({ id: z.string(), result: z.string() })) })
    .parse(z.record(z.string(), z.unknown()).parse(JSON.parse(decided.stdout)));
  const states = new Map(gates.map(({ id, result }) => [id, result]));
  expect([states.get('cpu'), states.get('memory'), states.get('freshness')]).toEqual(['pass', 'pass', 'pass']);
}, 60_000);

it('stays up, tells of a router that falls silent, notices one that comes, and ends cleanly', async () => {
  await database.admin`DELETE FROM router_health`;
  const program = cli.start(
    ['collect', '--health-every', '5', '--errors-every', '5', '--facts-every', '5', '--interfaces-every', '5'],
    collector(),
  );
  let said = '';
  program.child.stdout.on('data', (chunk) => (said += String(chunk)));
  await vi.waitFor(async () => expect((await rows()).map(({ id }) => id)).toEqual(ROUTERS), PATIENT);
  const shares = await database.admin`SELECT FROM collector_shares WHERE collector_id IS NOT NULL`;
  expect(shares).toHaveLength(128);

  spoken[0]?.setFault('silent', true);
  await database.admin`
    UPDATE routers SET status = 'active', mgmt_ip = (SELECT mgmt_ip FROM routers WHERE organization_id = ${seed.acme.id} AND id = 'fra-leaf-01'),
      mgmt_port = 1, snmp_port = ${agents.ports[2] ?? 0}
    WHERE organization_id = ${seed.acme.id} AND id = 'fra-leaf-02'`;
  await vi.waitFor(async () => {
    const now = await rows();
    expect(now.find(({ id }) => id === 'ams-core-01')?.['failure']).toMatch(/answer/u);
    expect(now.find(({ id }) => id === 'fra-leaf-02')).toMatchObject({ cpu: true });
  }, PATIENT);

  program.child.kill('SIGTERM');
  expect(await program.ended).toBe(0);
  expect(said).toMatch(/^The collector is up\.\n[^]*The collector has stopped\.\n$/u);
  expect(await database.admin`SELECT FROM collectors`).toHaveLength(0);
  expect(await database.admin`SELECT FROM collector_shares WHERE collector_id IS NOT NULL`).toHaveLength(0);
}, 90_000);

it('lists what is in quarantine, shows it in doctor, and forgets it when an operator says so', async () => {
  await database.admin`
    INSERT INTO collector_quarantine (organization_id, router_id, reason, field, sample, count, collector) VALUES
      (${seed.acme.id}, 'ams-core-01', 'percentage outside 0-100', 'cpu', ${'{"usage_percent":1\u001b[31m40}'}, 7, 'c'),
      (${seed.globex.id}, 'secret-01', 'tag of another router', 'cpu', '{}', 1, 'c')`;
  const quarantine = (...argv: readonly string[]): Promise<CliResult> =>
    cli.run(['collect', 'quarantine', ...argv], operator());
  const listed = await quarantine();
  expect(listed.stdout).toMatch(/7 +ams-core-01 +cpu +percentage outside 0-100 +\{"usage_percent":140\}/u);
  expect(listed.stdout).not.toMatch(/secret-01|\u001b/u);
  expect(JSON.parse((await quarantine('--json')).stdout)).toMatchObject([{ routerId: 'ams-core-01', count: 7 }]);
  const doctor = await cli.run(['doctor', '--json'], operator());
  const { findings } = z
    .object({ findings: z.array(z.object({ check: z.string(), state: z.string(), found: z.string() })) })
    .parse(JSON.parse(doctor.stdout));
  expect(findings.find(({ check }) => check === 'quarantine')).toMatchObject({
    state: 'warn',
    found: expect.stringMatching(/^8 values of 2 routers were not believed\n/u),
  });
  expect((await quarantine('--clear')).stdout).toBe('1 entry forgotten in acme.\n');
  expect((await quarantine()).stdout).toBe('Nothing is in quarantine in acme.\n');
  const [event] = await database.admin`SELECT action, actor_name FROM audit_events ORDER BY seq DESC LIMIT 1`;
  expect(event).toEqual({ action: 'quarantine.clear', actor_name: 'ada' });
});
