import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PLATFORMS, type Platform } from '../../model/platform.ts';
import type { SnmpLogin } from '../../model/snmp-login.ts';
import type { Point, PointOf } from '../../model/telemetry.ts';
import { machineOf } from '../../simulator/machine-of.ts';
import { Agent, type AgentOptions } from '../../simulator/snmp/agent.ts';
import type { AgentFault } from '../../simulator/snmp/faults.ts';
import { type RunningAgents, startAgents } from '../../simulator/snmp/start-agents.ts';
import { machineSubject, plainSubject } from '../../simulator/snmp/subject.ts';
import { refusalOf } from '../../telemetry/validate-point.ts';
import { targetOf } from '../../../test/support/poll-target.ts';
import { DEVICES } from '../../../test/support/simulated.ts';
import type { Poller, PollPart, PollTarget, Reading } from '../poller.ts';
import { openSnmpPoller } from './snmp-poller.ts';

const START = Date.parse('2026-03-01T12:00:00Z');
const USER = { name: 'netup', authKey: 'sign-it-well', privKey: 'hide-it-well' };
const PRIVATE: SnmpLogin = {
  version: '3',
  user: USER.name,
  auth: { protocol: 'sha256', key: USER.authKey },
  privacy: { protocol: 'aes', key: USER.privKey },
};

/** The time of the agents and of the collector, in milliseconds. */
let now = START;
let login: SnmpLogin;
let poller: Poller;
let running: RunningAgents | null = null;

beforeEach(() => {
  now = START;
  login = { version: '2c', community: 'public' };
  poller = openSnmpPoller({
    loginOf: () => Promise.resolve(login),
    timeoutMs: 250,
    retries: 0,
    maxRows: 500,
    clock: { now: () => now, elapsed: () => now / 1000 },
  });
});
afterEach(async () => {
  await poller.close();
  await running?.stop();
  running = null;
});

async function start(agent: Agent): Promise<PollTarget> {
  running = await startAgents([agent]);
  const { platform, hostname } = agent.subject;
  return targetOf({ platform, hostname, snmpPort: running.ports[0] ?? 0 });
}

function agentOf(platform: Platform, options: AgentOptions = {}, interfaceCount = 8, daysUp = 40): Agent {
  const bootedAt = new Date(START - daysUp * 86_400_000);
  return new Agent(
    plainSubject({ platform, hostname: 'r1', interfaceCount, bootedAt, now: () => new Date(now) }),
    options,
  );
}

const poll = (target: PollTarget, ...parts: PollPart[]): Promise<Reading> =>
  poller.poll(target, parts, new AbortController().signal);

async function failure(target: PollTarget, ...parts: PollPart[]): Promise<unknown> {
  return poll(target, ...parts).then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

function interfaces({ points }: Reading): PointOf<'interfaces'>[] {
  return points.filter((point) => point.measurement === 'interfaces');
}

function fieldsOf(points: readonly Point[], measurement: Point['measurement']): unknown {
  return points.find((point) => point.measurement === measurement)?.fields;
}

describe.each(PLATFORMS)('on %s', (platform) => {
  test.each(['2c', '3'] as const)('reads everything by SNMP %s', async (version) => {
    if (version === '3') login = PRIVATE;
    const target = await start(agentOf(platform, { user: USER }));
    const reading = await poll(target, 'health', 'interfaces', 'facts');
    expect(reading.missing).toEqual([]);
    expect(reading.points.map((point) => refusalOf(point, now))).toEqual(reading.points.map(() => null));
    expect(reading.facts).toEqual({
      version: { 'ios-xe': '17.09.04a', junos: '22.4R3-S2', eos: '4.31.2F' }[platform],
      serial: 'SIMR1',
      uptimeSeconds: 40 * 86_400,
    });
    expect(fieldsOf(reading.points, 'cpu')).toMatchObject({
      usage_percent: expect.toSatisfy((load) => load > 4 && load < 56),
    });
    const memory = fieldsOf(reading.points, 'memory');
    expect(memory).toMatchObject({ total_bytes: platform === 'junos' ? 16_384 * 1024 * 1024 : 8_000_000_000 });
    expect(memory).toMatchObject({ free_percent: expect.toSatisfy((free) => free > 26 && free < 60) });
    const system = reading.points.filter((point) => point.measurement === 'system');
    expect(system.find(({ component }) => component === 'chassis')?.fields).toEqual({ uptime_seconds: 40 * 86_400 });
    const warm = system.filter(({ fields }) => fields.temperature_celsius !== undefined);
    expect(warm.map(({ component }) => component)).toEqual([
      { 'ios-xe': 'Temp: inlet, R0/0', junos: 'Routing Engine 0', eos: 'Cpu temp sensor' }[platform],
    ]);
    expect(interfaces(reading)).toHaveLength(8);
    expect(interfaces(reading).filter(({ fields }) => fields.oper_status === 1)).toHaveLength(7);
  });

  test('gives rates from the second reading on', async () => {
    const target = await start(agentOf(platform));
    const [first] = interfaces(await poll(target, 'interfaces'));
    expect(first?.fields).not.toHaveProperty('in_bytes_rate');
    expect(first?.fields).not.toHaveProperty('error_count');
    now += 300_000;
    const [second] = interfaces(await poll(target, 'interfaces'));
    const difference = (second?.fields.in_bytes ?? 0) - (first?.fields.in_bytes ?? 0);
    expect(second?.fields.in_bytes_rate).toBe(difference / 300);
    expect(second?.fields.in_bytes_rate).toBe(2 * (second?.fields.out_bytes_rate ?? 0));
    expect(second?.fields.error_count).toBeGreaterThan(0);
    expect(second?.fields.error_count).toBe(
      (second?.fields.in_error_count ?? 0) + (second?.fields.out_error_count ?? 0),
    );
    expect(second?.fields.speed_bytes_rate).toBe(1_250_000_000);
  });

  test.each([false, true])(
    'without the table of the processors (of another type: %s) there is no CPU, and it says so',
    async (isOther) => {
      const target = await start(agentOf(platform, { faults: [isOther ? 'wrong_types' : 'no_cpu_table'] }));
      const reading = await poll(target, 'health', 'interfaces');
      expect(fieldsOf(reading.points, 'cpu')).toBeUndefined();
      expect(reading.missing.filter((sentence) => sentence.startsWith('no CPU'))).toHaveLength(1);
      expect(fieldsOf(reading.points, 'memory')).toBeDefined();
      expect(interfaces(reading)).toHaveLength(isOther ? 0 : 8);
    },
  );
});

describe('counters', () => {
  async function afterFault(
    fault: AgentFault,
    alsoNarrow = false,
  ): Promise<PointOf<'interfaces'>['fields'] | undefined> {
    const agent = agentOf('ios-xe', { faults: alsoNarrow ? ['narrow_counters'] : [] });
    const target = await start(agent);
    agent.setFault(fault, true);
    if (fault === 'counters_reset') agent.setFault(fault, false);
    await poll(target, 'interfaces');
    if (fault === 'counters_reset') agent.setFault(fault, true);
    now += 60_000;
    return interfaces(await poll(target, 'interfaces'))[0]?.fields;
  }

  test.each([false, true])('go around (narrow: %s)', async (isNarrow) => {
    const fields = await afterFault('counters_wrap', isNarrow);
    // 32 bits go around in 3.4 s at 10 Gb/s, so there is no telling how often.
    expect(fields?.in_bytes_rate).toBe(
      isNarrow ? undefined : fields?.out_bytes_rate === undefined ? NaN : 2 * fields.out_bytes_rate,
    );
    expect(fields?.error_count).toBeGreaterThan(0);
    expect(fields?.error_count).toBeLessThan(60);
  });

  test('that were cleared give no rate', async () => {
    const fields = await afterFault('counters_reset');
    expect(fields).toMatchObject({ oper_status: 1 });
    expect(fields).not.toHaveProperty('in_bytes_rate');
    expect(fields).not.toHaveProperty('error_count');
  });

  test('of a router that another collector had in between are forgotten', async () => {
    const target = await start(agentOf('eos'));
    await poll(target, 'interfaces');
    poller.forget(target);
    now += 60_000;
    expect(interfaces(await poll(target, 'interfaces'))[0]?.fields).not.toHaveProperty('in_bytes_rate');
  });
});

describe('an agent', () => {
  test.each([
    ['silent', 'silent'],
    ['slow', 'silent'],
    ['garbage', 'unreadable'],
    ['truncated', 'unreadable'],
    ['walks_back', 'unreadable'],
    ['other_community', 'refused'],
  ] as const)('that is %s fails as %s, and the next poll is as if it had not', async (fault, why) => {
    const agent = agentOf('ios-xe', { faults: [fault] });
    const target = await start(agent);
    expect(await failure(target, 'health', 'interfaces')).toMatchObject({ name: 'PollFailed', why });
    agent.setFault(fault, false);
    expect((await poll(target, 'health')).missing).toEqual([]);
  });

  test('that makes no sense in one table is read in the others', async () => {
    const target = await start(agentOf('junos', { faults: ['interfaces_walk_back'] }));
    const reading = await poll(target, 'health', 'interfaces', 'facts');
    expect(fieldsOf(reading.points, 'cpu')).toBeDefined();
    expect(reading.facts?.serial).toBe('SIMR1');
    expect(interfaces(reading)).toEqual([]);
    expect(reading.missing).toEqual([
      expect.stringMatching(/^no interfaces: r1 goes back in its SNMP walk, at 1\.3\.6/u),
    ]);
    expect(await failure(target, 'interfaces')).toMatchObject({ why: 'unreadable' });
  });

  test('with more interfaces than are read has the first of them, and that is said', async () => {
    const target = await start(agentOf('eos', { faults: ['endless_table'] }));
    const reading = await poll(target, 'interfaces');
    expect(interfaces(reading)).toHaveLength(500);
    expect(reading.missing).toEqual(['interfaces after the first 500']);
  });

  test('that answers slowly is left when time is up', async () => {
    const target = await start(agentOf('eos', { faults: ['slow'] }));
    const reason = new Error('time is up');
    const stop = new AbortController();
    const polled = poller.poll(target, ['health'], stop.signal);
    stop.abort(reason);
    await expect(polled).rejects.toBe(reason);
  });

  test('without SNMPv3 does not answer to it; with another key it refuses', async () => {
    login = PRIVATE;
    const plain = await start(agentOf('junos'));
    expect(await failure(plain, 'health')).toMatchObject({ why: 'silent' });
    await running?.stop();
    const target = await start(agentOf('junos', { user: { ...USER, authKey: 'another-key' } }));
    expect(await failure(target, 'health')).toMatchObject({ why: 'refused' });
  });
});

test('uptime goes on after 497 days, by the time of the engine', async () => {
  const target = await start(agentOf('ios-xe', {}, 2, 600));
  expect((await poll(target, 'facts')).facts?.uptimeSeconds).toBe(600 * 86_400);
});

test('an agent speaks for its machine: version, interfaces, and the silence of a reload', async () => {
  const machine = machineOf(DEVICES['ios-xe'], { now: () => new Date(now) });
  machine.bootedAt = new Date(START - 3_600_000);
  const target = await start(new Agent(machineSubject(machine)));
  const reading = await poll(target, 'facts', 'interfaces');
  expect(reading.facts).toEqual({ version: '17.09.04a', serial: 'SIM0000001', uptimeSeconds: 3600 });
  expect(interfaces(reading).map(({ interfaceName }) => interfaceName)).toEqual(
    machine.network.interfaces.map(({ name }) => name),
  );
  machine.software.running = '17.12.04';
  machine.bootedAt = new Date(START - 60_000);
  expect((await poll(target, 'facts')).facts).toMatchObject({ version: '17.12.04', uptimeSeconds: 60 });
  machine.goingDown = true;
  expect(await failure(target, 'facts')).toMatchObject({ why: 'silent' });
  machine.stop();
});
