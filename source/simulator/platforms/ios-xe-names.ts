import type { SimulatedDevice } from '../device.ts';
import { versionDigits } from './version-digits.ts';

/** Catalyst switches; the rest are routers. */
export function isSwitch({ model }: Pick<SimulatedDevice, 'model'>): boolean {
  return /^(?:C9[2-6]|WS-|C3[68]50)/u.test(model);
}

export function drive(device: SimulatedDevice): 'flash' | 'bootflash' {
  return isSwitch(device) ? 'flash' : 'bootflash';
}

/** As images and the installer spell it: `17.09.04a`. */
export function paddedVersion(version: string): string {
  return plainVersion(version).replace(/(^|\.)(?=\d(?:\D|$))/gu, '$10');
}

/** As IOS spells it: `17.9.4a`. */
export function plainVersion(version: string): string {
  return version.replace(/(^|\.)0+(?=\d)/gu, '$1');
}

/** As the installer prints it, with a build. */
export function packageVersion(version: string): string {
  return `${paddedVersion(version)}.0.${versionDigits(version)}`;
}

/** The file that an image is unpacked to. */
export function packageFile(version: string): string {
  return `cat9k-rpbase.${paddedVersion(version)}.SPA.pkg`;
}

export const PACKAGES_CONF = 'packages.conf';
