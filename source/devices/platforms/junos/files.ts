import { z } from 'zod';
import { passwordAnswer } from '../../answers/confirm.ts';
import type { DeviceLink } from '../../device-link.ts';
import type { DeviceFile, Download } from '../../procedures.ts';

export const FOLDER = '/var/tmp/';
export const FAULT =
  /^\s*(?:error:|ERROR:|fatal:|mgd: error)|\bNo such file or directory\b|\bPermission denied\b|\bNo space left on device\b/u;

const filesSchema = z.array(z.object({ name: z.string().min(1), bytes: z.coerce.number().int().nonnegative() }));

export async function listFolder(link: DeviceLink): Promise<readonly DeviceFile[]> {
  const command = `file list ${FOLDER} detail`;
  const answer = await link.ask(command);
  return link.read(command, answer, filesSchema, parseFolder(answer));
}

/** Plain files of a listing as `ls -l` prints it, with or without folder. */
export function parseFolder(answer: string): readonly { name: string | undefined; bytes: string | undefined }[] {
  const rows = answer.matchAll(
    /^-[rwxsStT-]{9}[+@]?\s+\d+\s+\S+\s+\S+\s+(\d+)\s+\w{3}\s+\d{1,2}\s+[\d:]{4,5}\s+(\S+)\s*$/gmu,
  );
  return [...rows].map(([, bytes, path]) => ({ bytes, name: path?.split('/').at(-1) }));
}

export async function downloadToFolder(
  link: DeviceLink,
  { url, password, name }: Download,
  onLine: (line: string) => void,
): Promise<void> {
  const command = `file copy ${url.href} ${FOLDER}${name}`;
  const answers = passwordAnswer(/^(?:\S+@\S+'s |\(\S+@\S+\) )?password:$/iu, password);
  const answer = await link.askLong(command, { within: 'copy', answers, onLine });
  link.refuse(command, answer, FAULT);
  // Nothing is printed at the end.
  if (!(await listFolder(link)).some((file) => file.name === name))
    throw link.fault(command, 'the file is not there.', answer);
}

export async function checksum(link: DeviceLink, name: string): Promise<string> {
  const command = `file checksum sha-256 ${FOLDER}${name}`;
  const answer = await link.askLong(command, { within: 'install' });
  link.refuse(command, answer, FAULT);
  const hex = parseChecksum(answer, name);
  if (hex === null) throw link.fault(command, 'it printed no digest.', answer);
  return hex;
}

/** Only a line that names the file and has the digest after it: `SHA256 (/var/tmp/NAME) = HEX`. */
export function parseChecksum(answer: string, name: string): string | null {
  for (const [, path = '', hex] of answer.matchAll(/^SHA256 \(([^)\s]+)\) *= *([0-9A-Fa-f]{64})$/gmu)) {
    if (path.split('/').at(-1) === name) return hex?.toLowerCase() ?? null;
  }
  return null;
}

export async function renameInFolder(link: DeviceLink, from: string, to: string): Promise<void> {
  const command = `file rename ${FOLDER}${from} ${FOLDER}${to}`;
  link.refuse(command, await link.ask(command), FAULT);
}

export async function removeFromFolder(link: DeviceLink, name: string): Promise<void> {
  const command = `file delete ${FOLDER}${name}`;
  link.refuse(command, await link.ask(command), FAULT);
}
