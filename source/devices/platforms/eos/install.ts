import type { DeviceLink } from '../../device-link.ts';
import type { Departure } from '../../dialogue.ts';
import type { PreviousSoftware } from '../../operations.ts';
import { saveConfiguration } from './configuration.ts';
import { parseBootImage } from './state.ts';

const FAULT = /^% ?\S|\bNo such file or directory\b|\bInstallation failed\b/iu;

/** Chooses the image to boot, and makes sure that the device took it. */
export async function chooseImage(link: DeviceLink, name: string): Promise<void> {
  // `boot system` would do the same in the mode that configures, and for one supervisor only.
  const command = `install source flash:${name}`;
  link.refuse(command, await link.askLong(command, { within: 'install' }), FAULT);
  await requireChosen(link, command, name);
}

/** Boots the image that was chosen, and no other. */
export async function rebootChosen(link: DeviceLink, name: string): Promise<Departure> {
  await requireChosen(link, 'show boot-config', name);
  await saveConfiguration(link);
  // Asks nothing.
  const departure = await link.askDown('reload now', { within: 'install' });
  if (departure.ended === 'prompt') link.refuse('reload now', departure.answer, FAULT);
  return departure;
}

export async function rollBack(link: DeviceLink, previous: PreviousSoftware): Promise<Departure> {
  const name = imageOf(link, previous);
  await chooseImage(link, name);
  return rebootChosen(link, name);
}

/** Chooses the image from before, unless it is chosen. */
export async function withdraw(link: DeviceLink, previous: PreviousSoftware): Promise<void> {
  const name = imageOf(link, previous);
  const boots = parseBootImage(await link.ask('show boot-config'));
  if (boots !== null && baseName(boots) === name) return;
  await chooseImage(link, name);
  await saveConfiguration(link);
}

function imageOf(link: DeviceLink, { version, bootedFrom }: PreviousSoftware): string {
  if (bootedFrom === null) throw link.fault('show boot-config', `nobody knows the image of ${version}.`, '');
  return baseName(bootedFrom);
}

async function requireChosen(link: DeviceLink, command: string, name: string): Promise<void> {
  const answer = await link.ask('show boot-config');
  const boots = parseBootImage(answer);
  if (boots === null || baseName(boots) !== name) {
    throw link.fault(command, `it would boot ${boots ?? 'nothing'}.`, answer);
  }
}

/** Of `flash:/EOS.swi`, `flash:EOS.swi`. */
function baseName(path: string): string {
  return path.split(/[:/]/u).at(-1) ?? path;
}
