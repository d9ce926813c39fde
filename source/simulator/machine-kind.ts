import type { SimulatedDevice } from './device.ts';
import type { Flash, FlashFile } from './flash.ts';
import type { Network } from './network.ts';
import type { Software } from './software.ts';

/** What differs from platform to platform inside a device, where {@link SimulatedPlatform} is what shows. */
export interface MachineKind {
  readonly flashBytes: number;
  /** The file that it boots. */
  bootFile(version: string): string;
  /** The files of the software that it runs. */
  softwareFiles(version: string): readonly FlashFile[];
  configuration(device: SimulatedDevice, network: Network): string;
  /** The version that it boots next; null if there is nothing to boot. */
  nextVersion(software: Software, flash: Flash): string | null;
}
