import { createHash } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { DeviceError } from '../../source/devices/device-error.ts';
import { openDevice } from '../../source/devices/open-device.ts';
import type { DeviceOperations } from '../../source/devices/operations.ts';
import type { Target } from '../../source/devices/target.ts';
import type { Platform } from '../../source/model/platform.ts';
import type { SimulatedDevice } from '../../source/simulator/device.ts';
import type { Faults } from '../../source/simulator/faults.ts';
import { startSimulatedDevices } from '../../source/simulator/fleet.ts';
import type { SimulatedImage } from '../../source/simulator/image.ts';
import type { Machine } from '../../source/simulator/machine.ts';
import { DEVICES } from './simulated.ts';

/** So many times as fast as ours does the time of these devices pass: a reload takes 0.1 s. */
const TIME_SCALE = 2400;
export const SERVER_PASSWORD = 'image server secret';

function image(fileName: string, version: string): SimulatedImage {
  const digest = (algorithm: string): string => createHash(algorithm).update(fileName).digest('hex');
  return { fileName, version, sizeBytes: 512_000_000, sha256: digest('sha256'), sha512: digest('sha512') };
}

/** What each platform's device is upgraded to. */
const IMAGES: Readonly<Record<Platform, SimulatedImage>> = {
  'ios-xe': image('c8000be-universalk9.17.12.04.SPA.bin', '17.12.04'),
  junos: image('junos-install-mx-x86-64-23.4R2-S3.tgz', '23.4R2-S3'),
  eos: image('EOS-4.32.2F.swi', '4.32.2F'),
};

export interface Upgradable {
  readonly machine: Machine;
  readonly image: SimulatedImage;
  readonly source: { readonly kind: 'pull'; readonly url: string; readonly password: string };
  readonly target: Target & { readonly platform: Platform };
  /** Logs in; the login is closed when the test is over. */
  readonly open: (changes?: Partial<Target>) => Promise<DeviceOperations>;
  /** Logs in as soon as the device is back from a boot after this time. */
  readonly back: (since: Date) => Promise<DeviceOperations>;
}

/** Starts a device that can be upgraded, whose time passes quickly. */
export async function upgradable(platform: Platform, changes: Partial<SimulatedDevice> = {}): Promise<Upgradable> {
  const wanted = IMAGES[platform];
  const device = { ...DEVICES[platform], bootedAt: new Date(Date.now() - 40 * 86_400_000), ...changes };
  const options = { timeScale: TIME_SCALE, images: [wanted], imageServerPassword: SERVER_PASSWORD };
  const fleet = await startSimulatedDevices([device], options);
  onTestFinished(() => fleet.stop());
  const [running] = fleet.devices;
  if (running === undefined) throw new Error('no device was started');
  const { host, port, hostKey, machine } = running;
  const { user, password } = device;
  const target = { host, port, platform, user, password, hostKey: { expect: hostKey }, now: () => machine.now() };
  const open = async (more: Partial<Target> = {}): Promise<DeviceOperations> => {
    const opened = await openDevice({ ...target, ...more });
    onTestFinished(() => opened.close());
    return opened;
  };
  const back = async (since: Date): Promise<DeviceOperations> => {
    for (;;) {
      try {
        const opened = await open();
        if ((await opened.readState()).bootedAt > since) return opened;
        opened.close();
      } catch (error) {
        if (!(error instanceof DeviceError)) throw error;
      }
    }
  };
  const source = {
    kind: 'pull',
    url: `scp://images@192.0.2.9/srv/${wanted.fileName}`,
    password: SERVER_PASSWORD,
  } as const;
  return { machine, image: wanted, source, target, open, back };
}

/** One that has the image already. */
export async function staged(platform: Platform, faults: Faults = {}): Promise<Upgradable> {
  const world = await upgradable(platform);
  const { sizeBytes, sha256, sha512, version } = world.image;
  world.machine.flash.put({ name: world.image.fileName, sizeBytes, sha256, sha512, version, changedAt: new Date() });
  world.machine.faults = faults;
  return world;
}
