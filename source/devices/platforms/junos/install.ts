import type { DeviceLink } from '../../device-link.ts';
import { runsRelease } from '../../../model/version.ts';
import type { Answer, Departure } from '../../dialogue.ts';
import type { PreviousSoftware } from '../../operations.ts';
import { FAULT as FILE_FAULT, FOLDER, listFolder, removeFromFolder } from './files.ts';
import { parsePending, type Pending } from './pending.ts';
import { readFreeBytes } from './state.ts';

const FAULT = new RegExp(
  `${FILE_FAULT.source}|^(?:Validation failed|Installation failed)|\\bNot enough space\\b|\\bCannot rollback\\b`,
  'iu',
);
/** Printed for a package that waits for the next boot already. */
const ADDED = /\balready (?:pending|installed|added|staged)\b/iu;
const LIST = 'show system software list';
const REBOOT: Answer = { question: /^Reboot the system \? \[yes,no\] \(no\)$/u, send: 'yes\n', commits: true };

/** Checks that the software goes with the configuration, and puts it in place for the next boot. */
export async function addSoftware(link: DeviceLink, name: string): Promise<void> {
  const validate = `request system software validate ${FOLDER}${name}`;
  const checked = await link.askLong(validate, { within: 'install' });
  link.refuse(validate, checked, FAULT);
  link.require(validate, checked, /\bValidation succeeded\b/iu);
  const command = `request system software add ${FOLDER}${name} no-validate`;
  const answer = await link.askLong(command, { within: 'install' });
  if (!ADDED.test(answer)) {
    link.refuse(command, answer, FAULT);
    link.require(command, answer, /\breboot is required\b|\bwill become active at next reboot\b/iu);
  }
  if ((await readPending(link)) === null) throw link.fault(command, 'it says so, but would boot nothing new.', answer);
}

export async function reboot(link: DeviceLink): Promise<Departure> {
  const command = 'request system reboot';
  const departure = await link.askDown(command, { within: 'install', answers: [REBOOT] });
  if (departure.ended === 'prompt') {
    link.refuse(command, departure.answer, FAULT);
    link.require(command, departure.answer, /\bshutdown\b|\bgoing down\b/iu);
  }
  return departure;
}

/** Removes logs, cores and old packages, and gives the bytes that are free then. */
export async function cleanStorage(link: DeviceLink): Promise<number> {
  const command = 'request system storage cleanup no-confirm';
  link.refuse(command, await link.askLong(command, { within: 'install' }), FILE_FAULT);
  return readFreeBytes(link);
}

export async function cleanFolder(link: DeviceLink, name: string): Promise<void> {
  if ((await listFolder(link)).some((file) => file.name === name)) await removeFromFolder(link, name);
  await cleanStorage(link);
}

/** Puts the software from before in place, unless it is there, and boots it. A second `rollback` would undo the first. */
export async function rollBack(link: DeviceLink, previous: PreviousSoftware): Promise<Departure> {
  const pending = await readPending(link);
  if (pending === 'unknown' && previous.toldBefore === true)
    throw link.fault(LIST, 'it does not say what it boots next, and may have been told to go back already.', '');
  if (pending === null || pending === 'unknown') {
    const command = 'request system software rollback';
    const answer = await link.askLong(command, { within: 'install' });
    link.refuse(command, answer, FAULT);
    if ((await readPending(link)) === null) throw link.fault(command, 'it would boot nothing else.', answer);
  } else if (!runsRelease('junos', pending.version, previous.version)) {
    throw link.fault(LIST, `it would boot ${pending.version}, and not ${previous.version}.`, '');
  }
  return reboot(link);
}

/** Removes what waits for the next boot. */
export async function withdraw(link: DeviceLink, { version }: PreviousSoftware): Promise<void> {
  const pending = await readPending(link);
  if (pending === 'unknown') throw link.fault(LIST, `it does not say whether it boots ${version} next.`, '');
  if (pending === null) return;
  const command = `request system software delete ${pending.name}`;
  const answer = await link.askLong(command, { within: 'install' });
  link.refuse(command, answer, FAULT);
  if ((await readPending(link)) !== null)
    throw link.fault(command, `it says so, but would still boot ${pending.version}.`, answer);
}

/** What waits for the next boot; null if nothing does. Older releases do not say. */
async function readPending(link: DeviceLink): Promise<Pending | null | 'unknown'> {
  const answer = await link.askIfKnown(LIST);
  return answer === null ? 'unknown' : parsePending(answer);
}
