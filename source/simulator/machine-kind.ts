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
  /** A configuration as software of another version prints it. */
  adopt(configuration: string, version: string): string;
  /** A configuration as a version with other defaults prints it: with a line that says more, and a new one. */
  withOtherDefaults(configuration: string): string;
  /** The version that it boots next; null if there is nothing to boot. */
  nextVersion(software: Software, flash: Flash): string | null;
}
