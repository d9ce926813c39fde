import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { PLATFORMS, type Platform } from '../../model/platform.ts';
import type { LoginAttempt } from '../../simulator/authentication.ts';
import { startSimulatedDevices } from '../../simulator/fleet.ts';
import type { Machine } from '../../simulator/machine.ts';
import { targetOf } from '../../../test/support/poll-target.ts';
import { DEVICES } from '../../../test/support/simulated.ts';
import type { Poller, PollPart, PollTarget, Reading } from '../poller.ts';
import { openSshPoller, type SshLogin } from './ssh-poller.ts';

const START = Date.parse('2026-03-01T12:00:00Z');
let now = START;
let login: SshLogin;
let poller: Poller;

beforeEach(() => {
  now = START;
  login = { user: 'netops', password: 'correct horse' };
  poller = openSshPoller({ loginOf: () => Promise.resolve(login), now: () => now });
});
afterEach(() => poller.close());

interface Started {
  readonly machine: Machine;
  readonly target: PollTarget;
  readonly logins: readonly LoginAttempt[];
}

async function start(platform: Platform): Promise<Started> {
  const logins: LoginAttempt[] = [];
  const device = DEVICES[platform];
  const fleet = await startSimulatedDevices([device], {
    now: () => new Date(now),
    // Asking which ways there are is none.
    onLogin: (attempt) => attempt.method !== 'none' && logins.push(attempt),
  });
  onTestFinished(() => fleet.stop());
  const [running] = fleet.devices;
  if (running === undefined) throw new Error('no device was started');
  const { machine, port: sshPort, hostKey } = running;
  return { machine, target: targetOf({ platform, hostname: device.hostname, sshPort, hostKey }), logins };
}

function write(machine: Machine, severity: number, text: string): void {
  machine.log.write({ at: new Date(now), severity, facility: 'LINK', mnemonic: 'UPDOWN', text });
}

const poll = (target: PollTarget, ...parts: PollPart[]): Promise<Reading> =>
  poller.poll(target, parts, new AbortController().signal);

/** Critical events and warnings since the look before; null where the look says nothing of them. */
async function look(target: PollTarget): Promise<readonly [critical: number, warning: number] | null> {
  const { points } = await poll(target, 'errors');
  const counts = points.flatMap((point) =>
    point.measurement === 'errors' ? [[point.severity, point.fields.error_count]] : [],
  );
  const found: Partial<Record<string, number>> = Object.fromEntries(counts);
  return points.length === 0 ? null : [found['critical'] ?? NaN, found['warning'] ?? NaN];
}

describe.each(PLATFORMS)('on %s', (platform) => {
  test('reads facts and the log in one login', async () => {
    const { target, logins } = await start(platform);
    const reading = await poll(target, 'facts', 'errors');
    expect(reading.facts).toMatchObject({ version: DEVICES[platform].version });
    expect(reading).toMatchObject({ at: START, points: [], missing: [] });
    expect(logins).toHaveLength(1);
  });

  test('counts events since the look before, and none that it cannot date', async () => {
    const { target, machine } = await start(platform);
    write(machine, 2, 'before anybody looked');
    expect(await look(target)).toBeNull();
    expect(await look(target)).toEqual([0, 0]);
    write(machine, 0, 'gone');
    write(machine, 2, 'broken');
    write(machine, 3, 'down');
    write(machine, 4, 'flapping');
    write(machine, 5, 'somebody logged %SYS-2-FAKE: in');
    expect(await look(target)).toEqual([2, 2]);
    machine.faults = { critical_events: true };
    expect([await look(target), await look(target)]).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  test('after the log was cleared, or went around, all that is in it is new', async () => {
    const { target, machine } = await start(platform);
    await look(target);
    machine.log.clear();
    expect(await look(target)).toEqual([0, 0]);
    write(machine, 2, 'after it was cleared');
    expect(await look(target)).toEqual([1, 0]);
    for (let count = 0; count < 300; count += 1) write(machine, 4, `flapping ${count}`);
    expect(await look(target)).toEqual([0, 200]);
    for (let count = 0; count < 20; count += 1) write(machine, 4, 'the same');
    expect(await look(target)).toEqual([0, 20]);
    write(machine, 4, 'the same');
    expect(await look(target)).toEqual([0, 1]);
  });
});

test('a refused login is not tried again for an hour, unless it is another', async () => {
  const { target, logins } = await start('eos');
  login = { user: 'netops', password: 'wrong' };
  const refused = { name: 'PollFailed', why: 'refused' };
  await expect(poll(target, 'facts')).rejects.toMatchObject(refused);
  await expect(poll(target, 'facts')).rejects.toMatchObject(refused);
  expect(logins).toHaveLength(1);
  now += 3_600_000;
  await expect(poll(target, 'facts')).rejects.toMatchObject(refused);
  expect(logins).toHaveLength(2);
  login = { user: 'netops', password: 'correct horse' };
  expect((await poll(target, 'facts')).facts).not.toBeNull();
});

test('no login is tried without a host key that is known, nor with another one', async () => {
  const { target, logins } = await start('junos');
  await expect(poll({ ...target, hostKey: null }, 'facts')).rejects.toThrow(
    'The host key of fra-core-01 was never seen: use netup-tui router check.',
  );
  await expect(poll({ ...target, hostKey: 'SHA256:other' }, 'facts')).rejects.toMatchObject({ why: 'refused' });
  await expect(poll({ ...target, platform: null }, 'facts')).rejects.toMatchObject({ why: 'unreadable' });
  expect(logins).toHaveLength(0);
});

test('a router that is down is silent, and a poll that is stopped ends with its reason', async () => {
  const { target, machine } = await start('ios-xe');
  machine.line.down();
  await expect(poll(target, 'facts')).rejects.toMatchObject({ name: 'PollFailed', why: 'silent' });
  const reason = new Error('time is up');
  await expect(poller.poll(target, ['facts'], AbortSignal.abort(reason))).rejects.toBe(reason);
});

test('what another collector counted is not counted again, and what SSH does not have is said', async () => {
  const { target, machine } = await start('junos');
  await look(target);
  write(machine, 2, 'counted by another');
  poller.forget(target);
  expect(await look(target)).toBeNull();
  expect((await poll(target, 'health')).missing).toEqual(['no health over SSH: they are read by SNMP']);
});
