import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Poller, PollTarget } from '../source/collectors/poller.ts';
import { openSnmpPoller } from '../source/collectors/snmp/snmp-poller.ts';
import type { SnmpLogin } from '../source/model/snmp-login.ts';
import { refusalOf } from '../source/telemetry/validate-point.ts';
import { targetOf } from './support/poll-target.ts';
import { type Snmpd, SNMPD, startSnmpd } from './support/snmpd.ts';

/** A real agent, that of net-snmp: what we read is compared with what its own programs print, and with what the kernel says. */
let agent: Snmpd | string;
let poller: Poller;

const COMMUNITY: SnmpLogin = { version: '2c', community: SNMPD.community };
const PRIVATE: SnmpLogin = {
  version: '3',
  user: SNMPD.user,
  auth: { protocol: 'sha256', key: SNMPD.authKey },
  privacy: { protocol: 'aes', key: SNMPD.privKey },
};
const SIGNED: SnmpLogin = {
  version: '3',
  user: 'signed',
  auth: { protocol: 'sha512', key: SNMPD.authKey },
  privacy: null,
};
/** By the router's id. */
const LOGINS: Readonly<Record<string, SnmpLogin>> = {
  community: COMMUNITY,
  private: PRIVATE,
  signed: SIGNED,
  'other key': { ...PRIVATE, auth: { protocol: 'sha256', key: 'some other key' } },
  'other secret': { ...PRIVATE, privacy: { protocol: 'aes', key: 'some other key' } },
  'other user': { ...PRIVATE, user: 'nobody' },
  'other community': { version: '2c', community: 'guessed' },
};

beforeAll(async () => {
  agent = await startSnmpd();
  poller = openSnmpPoller({
    loginOf: ({ routerId }) => Promise.resolve(LOGINS[routerId] ?? COMMUNITY),
    timeoutMs: 500,
    retries: 1,
  });
});
afterAll(async () => {
  await poller.close();
  if (typeof agent !== 'string') await agent.stop();
});
beforeEach((context) => {
  if (typeof agent === 'string') context.skip(agent);
});

function running(): Snmpd {
  if (typeof agent === 'string') throw new Error(agent);
  return agent;
}

function target(routerId: string, changes: Partial<PollTarget> = {}): PollTarget {
  return targetOf({ routerId, snmpPort: running().port, ...changes });
}

const poll = (routerId: string, parts: Parameters<Poller['poll']>[1], changes: Partial<PollTarget> = {}) =>
  poller.poll(target(routerId, changes), parts, new AbortController().signal);

/** What a program of net-snmp prints, by lines. */
async function printed(program: string, form: string, oid: string): Promise<readonly string[]> {
  const argv = ['-v2c', '-c', SNMPD.community, form, `127.0.0.1:${running().port}`, oid];
  const { stdout } = await promisify(execFile)(program, argv, { env: { ...process.env, MIBS: '' } });
  return stdout.trim().split('\n');
}

test.each(['community', 'private', 'signed'])('reads memory, uptime and interfaces as %s', async (login) => {
  const reading = await poll(login, ['health', 'interfaces']);
  expect(reading.points.map((point) => refusalOf(point, Date.now()))).toEqual(reading.points.map(() => null));
  const total = /MemTotal:\s+(\d+) kB/u.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  const [memory] = reading.points.filter((point) => point.measurement === 'memory');
  expect(memory?.fields.total_bytes).toBe(Number(total) * 1024);
  expect(memory?.fields.free_percent).toBeGreaterThan(0);
  const uptime = Number.parseFloat(readFileSync('/proc/uptime', 'utf8'));
  const chassis = reading.points
    .filter((point) => point.measurement === 'system')
    .find(({ component }) => component === 'chassis');
  expect(Math.abs((chassis?.fields.uptime_seconds ?? 0) - uptime)).toBeLessThan(30);
  const kernel = /^ *lo: *(\d+)/mu.exec(readFileSync('/proc/net/dev', 'utf8'))?.[1];
  const loopback = reading.points
    .filter((point) => point.measurement === 'interfaces')
    .find(({ interfaceName }) => interfaceName === 'lo');
  expect(loopback?.fields).toMatchObject({ admin_status: 1, oper_status: 1 });
  expect(loopback?.fields.in_bytes).toBeGreaterThan(0);
  expect(loopback?.fields.in_bytes).toBeLessThanOrEqual(Number(kernel));
});

test('says what the programs of net-snmp say', async () => {
  const { points } = await poll('community', ['interfaces']);
  const column = (oid: string): Promise<readonly string[]> => printed('snmpwalk', '-Oqv', oid);
  const names = (await column('1.3.6.1.2.1.31.1.1.1.1')).map((name) => name.replaceAll('"', ''));
  const [admin, oper] = [await column('1.3.6.1.2.1.2.2.1.7'), await column('1.3.6.1.2.1.2.2.1.8')];
  const speeds = (await column('1.3.6.1.2.1.31.1.1.1.15')).map(Number);
  expect(
    points.map((point) =>
      point.measurement === 'interfaces'
        ? [point.interfaceName, point.fields.admin_status, point.fields.oper_status, point.fields.speed_bytes_rate]
        : [],
    ),
  ).toEqual(
    names.map((name, at) => [
      name,
      admin[at] === '1' ? 1 : 0,
      oper[at] === '1' ? 1 : 0,
      speeds[at] === 0 ? undefined : (speeds[at] ?? 0) * 125_000,
    ]),
  );
  expect(names).toContain('lo');
});

test('reads the version from what the device says it is, by its platform', async () => {
  const { facts, missing } = await poll('private', ['facts'], { platform: 'ios-xe' });
  expect(facts).toMatchObject({ version: '17.9.4a', serial: null });
  expect(missing).toEqual(['no serial number (entPhysicalSerialNum of the chassis)']);
});

test('says which tables it does not have, and does not write zeros', async () => {
  const reading = await poll('community', ['health', 'errors'], { platform: 'ios-xe' });
  expect(reading.missing).toEqual([
    'no CPU table (cpmCPUTotal5minRev)',
    'no memory pool (cempMemPoolHCUsed, ciscoMemoryPoolUsed)',
    'no temperatures (ciscoEnvMonTemperatureValue)',
    'no error events over SNMP: they are in the log, which is read over SSH',
  ]);
  expect(reading.points.map(({ measurement }) => measurement)).toEqual(['system']);
});

test.each([
  ['other key', 'refused', /refuses the SNMPv3 user/u],
  ['other secret', 'silent', /does not answer SNMP/u],
  ['other user', 'refused', /refuses the SNMPv3 user/u],
  ['other community', 'silent', /does not answer SNMP/u],
] as const)('with some %s it is %s', async (login, why, sentence) => {
  const failure: unknown = await poll(login, ['health']).catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'PollFailed', why });
  expect(String(failure)).toMatch(sentence);
  expect(String(failure)).not.toMatch(/some other key|guessed/u);
});

test('goes on with an SNMPv3 agent that was restarted', async () => {
  await poll('private', ['facts']);
  await running().restart();
  expect((await poll('private', ['health'])).points.length).toBeGreaterThan(0);
});
