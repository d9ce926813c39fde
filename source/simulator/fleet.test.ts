import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import type { SimulatedDevice } from './device.ts';
import { startSimulatedDevices } from './fleet.ts';
import { fingerprintOf, generateHostKey } from './host-key.ts';

function device(number: number): SimulatedDevice {
  const login = { user: 'netops', password: 'secret' };
  const kind = { platform: 'eos', vendor: 'Arista', model: '7280SR3-48YC8', version: '4.31.2F' } as const;
  return { hostname: `r${number}`, serial: `S${number}`, bootedAt: new Date(0), ...kind, ...login };
}

test('each of 300 devices has a port of its own, under one key that can be kept', async () => {
  const hostKey = generateHostKey();
  const fleet = await startSimulatedDevices(
    Array.from({ length: 300 }, (_, number) => device(number)),
    { hostKey },
  );
  onTestFinished(() => fleet.stop());
  expect(fleet.devices.map(({ hostname }) => hostname)).toStrictEqual(Array.from({ length: 300 }, (_, at) => `r${at}`));
  expect(new Set(fleet.devices.map(({ port }) => port)).size).toBe(300);
  expect(new Set(fleet.devices.map((running) => running.hostKey))).toStrictEqual(new Set([fingerprintOf(hostKey)]));
});

test('stopping closes ports and connections, also by a signal, also twice', async () => {
  const controller = new AbortController();
  const fleet = await startSimulatedDevices([device(1)], { signal: controller.signal });
  const { host = '', port = 0 } = fleet.devices[0] ?? {};
  const socket = connect(port, host);
  socket.on('error', () => {});
  await once(socket, 'data');
  const closed = once(socket, 'close');
  controller.abort();
  await closed;
  await fleet.stop();
  const again = connect(port, host);
  const [error] = await once(again, 'error');
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
});

test('a port that is taken ends the start, and leaves nothing running', async () => {
  const passing = await startSimulatedDevices([device(1)]);
  const { port: free = 0 } = passing.devices[0] ?? {};
  await passing.stop();
  const taken = await startSimulatedDevices([device(2)]);
  onTestFinished(() => taken.stop());
  const { port = 0 } = taken.devices[0] ?? {};
  const first = { ...device(3), port: free };
  await expect(startSimulatedDevices([first, { ...device(4), port }])).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const again = await startSimulatedDevices([first]);
  await again.stop();
});

test('a host key that is none is refused', async () => {
  await expect(startSimulatedDevices([device(1)], { hostKey: 'nonsense' })).rejects.toThrow('not a private host key');
});
