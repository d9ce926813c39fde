import { onTestFinished } from 'vitest';
import { readFacts } from '../../source/devices/check-router.ts';
import { DeviceError } from '../../source/devices/device-error.ts';
import type { Target } from '../../source/devices/target.ts';
import type { Platform } from '../../source/model/platform.ts';
import type { LoginAttempt } from '../../source/simulator/authentication.ts';
import type { SimulatedDevice } from '../../source/simulator/device.ts';
import { startSimulatedDevices } from '../../source/simulator/fleet.ts';

const NOW = new Date('2026-03-01T12:00:00Z');

/** One believable device of each platform. */
export const DEVICES: Readonly<Record<Platform, SimulatedDevice>> = {
  'ios-xe': device('ams-edge-01', 'ios-xe', 'Cisco', 'C8300-2N2S-4T2X', '17.09.04a'),
  junos: device('fra-core-01', 'junos', 'Juniper', 'MX204', '22.4R3-S2'),
  eos: device('lon-leaf-01', 'eos', 'Arista', '7280SR3-48YC8', '4.31.2F'),
};

function device(hostname: string, platform: Platform, vendor: string, model: string, version: string): SimulatedDevice {
  const bootedAt = new Date(NOW.getTime() - ((40 * 24 + 5) * 60 + 7) * 60_000);
  const login = { user: 'netops', password: 'correct horse' };
  return { hostname, platform, vendor, model, version, serial: 'SIM0000001', ...login, bootedAt };
}

/** A running device, how to log in to it, and the logins that were tried. Stopped when the test is over. */
export interface Simulated {
  readonly target: Target & { readonly platform: Platform };
  readonly hostKey: string;
  readonly logins: readonly LoginAttempt[];
}

/** Starts one device for the test that runs. */
export async function simulate(platform: Platform, changes: Partial<SimulatedDevice> = {}): Promise<Simulated> {
  const logins: LoginAttempt[] = [];
  const simulated = { ...DEVICES[platform], ...changes };
  const fleet = await startSimulatedDevices([simulated], { now: () => NOW, onLogin: (login) => logins.push(login) });
  onTestFinished(() => fleet.stop());
  const [running] = fleet.devices;
  if (running === undefined) throw new Error('no device was started');
  const { host, port, hostKey } = running;
  const { user, password } = simulated;
  return { target: { host, port, platform, user, password, hostKey: { expect: hostKey } }, hostKey, logins };
}

/** Reads the facts of a device that is expected to be at fault, and gives the error. */
export async function fault(target: Target & { readonly platform: Platform }): Promise<DeviceError> {
  const facts = await readFacts(target).catch((error: unknown) => error);
  if (facts instanceof DeviceError) return facts;
  throw facts instanceof Error ? facts : new Error('The device answered.');
}
