import type { DeviceLink } from '../../device-link.ts';
import type { Departure } from '../../dialogue.ts';
import type { PreviousSoftware } from '../../operations.ts';
import { saveConfiguration } from './configuration.ts';
import { parseBootImage } from './state.ts';

const FAULT = /^% ?\S|\bNo such file or directory\b|\bInstallation failed\b/iu;

/** Chooses the image to boot, makes sure that the device took it, and boots it. */
export async function bootImage(link: DeviceLink, name: string): Promise<Departure> {
  // `boot system` would do the same in the mode that configures, and for one supervisor only.
  const command = `install source flash:${name}`;
  link.refuse(command, await link.askLong(command, { within: 'install' }), FAULT);
  const answer = await link.ask('show boot-config');
  const boots = parseBootImage(answer);
  if (boots === null || baseName(boots) !== name) {
    throw link.fault(command, `it would boot ${boots ?? 'nothing'}.`, answer);
  }
  await saveConfiguration(link);
  // Asks nothing.
  const departure = await link.askDown('reload now', { within: 'install' });
  if (departure.ended === 'prompt') link.refuse('reload now', departure.answer, FAULT);
  return departure;
}

export async function rollBack(link: DeviceLink, { version, bootedFrom }: PreviousSoftware): Promise<Departure> {
  if (bootedFrom === null) throw link.fault('show boot-config', `nobody knows the image of ${version}.`, '');
  return bootImage(link, baseName(bootedFrom));
}

/** Of `flash:/EOS.swi`, `flash:EOS.swi`. */
function baseName(path: string): string {
  return path.split(/[:/]/u).at(-1) ?? path;
}
