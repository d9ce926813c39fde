import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { SimulatedDevice } from './device.ts';
import { type RunningDevice, startSimulatedDevices } from './fleet.ts';

async function start(changes: Partial<SimulatedDevice> = {}): Promise<RunningDevice & { stop: () => Promise<void> }> {
  const login = { user: 'netops', password: 'secret' };
  const kind = { platform: 'eos', vendor: 'Arista', model: '7280SR3-48YC8', version: '4.31.2F' } as const;
  const device = { hostname: 'r1', serial: 'S1', bootedAt: new Date(0), ...kind, ...login, ...changes };
  const fleet = await startSimulatedDevices([device], { timeScale: 1000 });
  onTestFinished(() => fleet.stop());
  const [running] = fleet.devices;
  if (running === undefined) throw new Error('no device was started');
  return { ...running, stop: () => fleet.stop() };
}

/** `refused`, or `open` once the device speaks. */
async function knock({ host, port }: RunningDevice): Promise<'open' | 'refused'> {
  const socket = connect(port, host);
  const { promise, resolve } = Promise.withResolvers<'open' | 'refused'>();
  socket.once('error', () => resolve('refused'));
  socket.once('data', () => resolve('open'));
  const answer = await promise;
  socket.destroy();
  return answer;
}

const PATIENT = { timeout: 10_000 };

test('a reload cuts connections, refuses new ones, and brings the device back at the same port, booted anew', async () => {
  const device = await start();
  const { machine, port, host } = device;
  const socket = connect(port, host);
  socket.on('error', () => {});
  await once(socket, 'data');
  const cut = once(socket, 'close');
  machine.goDown('told');
  await cut;
  expect(await knock(device)).toBe('refused');
  await vi.waitFor(async () => expect(await knock(device)).toBe('open'), PATIENT);
  expect(machine.bootedAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
  expect(machine.counters).toMatchObject({ reloads: 1, reloadCommands: [1, 0] });
});

test('a port that somebody else got in the meantime is waited for', async () => {
  const device = await start({ reloadSeconds: 1500 });
  const { machine, port, host } = device;
  machine.goDown('told');
  await vi.waitFor(async () => expect(await knock(device)).toBe('refused'), PATIENT);
  const other = createServer().listen(port, host);
  await once(other, 'listening');
  await vi.waitFor(() => expect(machine.counters.reloadCommands).toHaveLength(2), PATIENT);
  const closed = once(other, 'close');
  other.close();
  await closed;
  await vi.waitFor(async () => expect(await knock(device)).toBe('open'), PATIENT);
});

test('a device that is stopped while it is down stays down', async () => {
  const device = await start({ reloadSeconds: 1500 });
  device.machine.goDown('told');
  await vi.waitFor(async () => expect(await knock(device)).toBe('refused'), PATIENT);
  await device.stop();
  // Longer than it would have been down.
  const until = device.machine.now().getTime() + 2_000_000;
  await vi.waitFor(() => expect(device.machine.now().getTime()).toBeGreaterThan(until), PATIENT);
  expect(await knock(device)).toBe('refused');
  expect(device.machine.counters.reloadCommands).toStrictEqual([1]);
});

test('a device without anything to boot does not come back', async () => {
  const device = await start({ reloadSeconds: 10 });
  const { machine } = device;
  machine.flash.remove('EOS64-4.31.2F.swi');
  machine.goDown('told');
  await vi.waitFor(() => expect(machine.counters.reloads).toBe(1), PATIENT);
  const until = machine.now().getTime() + 100_000;
  await vi.waitFor(() => expect(machine.now().getTime()).toBeGreaterThan(until), PATIENT);
  expect(await knock(device)).toBe('refused');
});
