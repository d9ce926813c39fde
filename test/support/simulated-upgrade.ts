import { createHash } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Platform } from '../../source/model/platform.ts';
import type { SimulatedDevice } from '../../source/simulator/device.ts';
import type { Faults } from '../../source/simulator/faults.ts';
import { type RunningDevice, startSimulatedDevices } from '../../source/simulator/fleet.ts';
import type { SimulatedImage } from '../../source/simulator/image.ts';
import { DEVICES } from './simulated.ts';

/** An hour passes in less than a second. */
const TIME_SCALE = 5000;

/** What {@link DEVICES} can be upgraded to. */
export const IMAGES: Readonly<Record<Platform, SimulatedImage>> = {
  'ios-xe': image('c8000be-universalk9.17.12.04.SPA.bin', 823_000_000, '17.12.04'),
  junos: image('junos-vmhost-install-mx-x86-64-23.4R2-S3.tgz', 2_400_000_000, '23.4R2-S3'),
  eos: image('EOS64-4.32.2F.swi', 1_080_000_000, '4.32.2F'),
};

function image(fileName: string, sizeBytes: number, version: string): SimulatedImage {
  const digest = (algorithm: string): string => createHash(algorithm).update(fileName).digest('hex');
  return { fileName, sizeBytes, version, sha256: digest('sha256'), sha512: digest('sha512') };
}

/** Starts a device whose time flies, and whose image server has an image for it. Stopped when the test is over. */
export async function simulateUpgradable(
  platform: Platform,
  changes: Partial<SimulatedDevice> = {},
  imageChanges: Partial<SimulatedImage> = {},
): Promise<RunningDevice> {
  const device = { ...DEVICES[platform], bootedAt: new Date(Date.now() - 40 * 86_400_000), ...changes };
  const fleet = await startSimulatedDevices([device], {
    timeScale: TIME_SCALE,
    images: [{ ...IMAGES[platform], ...imageChanges }],
    imageServerPassword: 'image secret',
  });
  onTestFinished(() => fleet.stop());
  const [running] = fleet.devices;
  if (running === undefined) throw new Error('no device was started');
  return running;
}

/** What puts the file `new` in place, each platform's way. */
export const PREPARE = {
  'ios-xe': 'install add file flash:new',
  junos: 'request system software add /var/tmp/new',
  eos: 'boot system flash:new',
} as const;
/** What lets the device compute its digest. */
export const VERIFY = {
  'ios-xe': 'verify /sha512 flash:new',
  junos: 'file checksum sha-256 /var/tmp/new',
  eos: 'verify /sha512 flash:new',
} as const;

/** A device that has the image already, under the name `new`. */
export function withImage(
  platform: Platform,
  faults: Faults,
  changes: Partial<SimulatedDevice> = {},
): Promise<RunningDevice> {
  const file = { ...IMAGES[platform], name: 'new', changedAt: new Date() };
  return simulateUpgradable(platform, { files: [file], faults, ...changes });
}
