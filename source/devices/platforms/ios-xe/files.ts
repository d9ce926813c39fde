import { literal, passwordAnswer, takeDefault } from '../../answers/confirm.ts';
import { parseVerifyDigest } from '../../answers/verify-digest.ts';
import type { DeviceLink } from '../../device-link.ts';
import type { Download } from '../../procedures.ts';

/** IOS-XE prints its faults after a percent sign; a copy's warnings begin with one as well. */
const FAULT = /^% ?(?!Warning)\S/iu;

export async function downloadToFlash(
  link: DeviceLink,
  { url, password, name }: Download,
  onLine: (line: string) => void,
): Promise<void> {
  const command = `copy ${url.href} flash:${name}`;
  const answers = [
    takeDefault(/^Address or name of remote host \[[^\]]+\]\?$/u),
    takeDefault(/^Source username \[[^\]]+\]\?$/u),
    takeDefault(/^Source filename \[[^\]]+\]\?$/u),
    takeDefault(new RegExp(`^Destination filename \\[/?${literal(name)}\\]\\?$`, 'u')),
    ...passwordAnswer(/^Password:$/u, password),
  ];
  const answer = await link.askLong(command, { within: 'copy', answers, onLine });
  link.refuse(command, answer, FAULT);
  link.require(command, answer, /\b[1-9]\d* bytes copied in /u);
}

export async function digestOnFlash(link: DeviceLink, name: string): Promise<string> {
  const command = `verify /sha512 flash:${name}`;
  const answer = await link.askLong(command, { within: 'install' });
  link.refuse(command, answer, FAULT);
  const hex = parseVerifyDigest(answer, name);
  if (hex === null) throw link.fault(command, 'it printed no digest.', answer);
  return hex;
}

export async function renameOnFlash(link: DeviceLink, from: string, to: string): Promise<void> {
  const command = `rename flash:${from} flash:${to}`;
  const answers = [takeDefault(new RegExp(`^Destination filename \\[/?${literal(to)}\\]\\?$`, 'u'))];
  link.refuse(command, await link.ask(command, { answers }), FAULT);
}

export async function removeFromFlash(link: DeviceLink, name: string): Promise<void> {
  const command = `delete /force flash:${name}`;
  link.refuse(command, await link.ask(command), FAULT);
}
