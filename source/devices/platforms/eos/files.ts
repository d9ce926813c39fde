import { passwordAnswer } from '../../answers/confirm.ts';
import { parseVerifyDigest } from '../../answers/verify-digest.ts';
import type { DeviceLink } from '../../device-link.ts';
import type { Download } from '../../procedures.ts';

const FAULT = /^% ?\S|\bNo such file or directory\b|\bPermission denied\b|\bNo space left on device\b/u;

export async function downloadToFlash(
  link: DeviceLink,
  { url, password, name }: Download,
  onLine: (line: string) => void,
): Promise<void> {
  const command = `copy ${url.href} flash:${name}`;
  const answers = passwordAnswer(/^(?:\S+@\S+'s |\(\S+@\S+\) )?password:$/iu, password);
  const answer = await link.askLong(command, { within: 'copy', answers, onLine });
  link.refuse(command, answer, FAULT);
  link.require(command, answer, /^Copy completed successfully\./u);
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
  link.refuse(command, await link.ask(command), FAULT);
}

export async function removeFromFlash(link: DeviceLink, name: string): Promise<void> {
  const command = `delete flash:${name}`;
  link.refuse(command, await link.ask(command), FAULT);
}
