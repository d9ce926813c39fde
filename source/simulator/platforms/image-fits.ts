import { compareVersions } from '../../model/version.ts';
import type { FlashFile } from '../flash.ts';
import type { Machine } from '../machine.ts';

export type Misfit = 'not an image' | 'other model' | 'too old';

/** Why a device would refuse to install a file; null if it would not. */
export function misfit(machine: Machine, file: FlashFile): Misfit | null {
  const { device, surroundings, software } = machine;
  if (file.version === null) return 'not an image';
  const image = [...surroundings.images.values()].find(({ sha256 }) => sha256 === file.sha256);
  const { models, minimumVersion } = image ?? {};
  if (machine.has('wrong_image_for_model') || models?.includes(device.model) === false) return 'other model';
  const isOlder = compareVersions(device.platform, software.running, minimumVersion ?? software.running) === -1;
  return machine.has('below_minimum') || isOlder ? 'too old' : null;
}
