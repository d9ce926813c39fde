import { yesKey } from '../../answers/confirm.ts';
import type { DeviceLink } from '../../device-link.ts';
import type { Answer, Departure } from '../../dialogue.ts';
import type { PreviousSoftware } from '../../operations.ts';
import { removeFromFlash } from './files.ts';
import { installState, type InstallSummary } from './install-summary.ts';
import { parseBootVariable, readFlash, readInstallSummary } from './state.ts';

/** In band, in the middle of an answer: everything of an installation is printed by a script on the device. */
const FAULT = /^\s*(?:FAILED|ERROR|% ?Error)\b|User Rejected Deletion/iu;
/** What a device prints for an image that it has unpacked already. */
const ADDED = /Super package already added|Same Image File-No Change/iu;
const PACKAGES = /packages\.conf$/u;

const RELOAD: Answer = {
  question: /^This operation may require a reload of the system\. Do you want to proceed\? ?\[y\/n\]$/iu,
  send: 'y',
  commits: true,
};
/** The configuration was saved before; what changed since is saved too. */
const UNSAVED: Answer = yesKey(
  /^Press Quit\(q\) to exit, you may save configuration and re-enter the command\. ?\[y\/n\/q\]$/iu,
);
const REMOVE: Answer = yesKey(/^Do you want to remove the above files\? ?\[y\/n\]$/iu);

/** Unpacks the image beside the running software. A second time it makes sure that it is there. */
export async function addPackage(link: DeviceLink, name: string): Promise<void> {
  const boot = await link.askIfKnown('show boot');
  const bootsNext = boot === null ? null : parseBootVariable(boot);
  if (boot !== null && bootsNext !== null && !PACKAGES.test(bootsNext)) {
    throw link.fault('show boot', `it boots ${bootsNext} and not packages.conf, so it is not in install mode.`, boot);
  }
  const command = `install add file flash:${name}`;
  const answer = await link.askLong(command, { within: 'install' });
  if (!ADDED.test(answer)) {
    link.refuse(command, answer, FAULT);
    link.require(command, answer, /^SUCCESS: install_add\b/u);
  }
  const { kind } = installState(await readInstallSummary(link));
  if (kind !== 'staged') throw link.fault(command, 'it says so, but has nothing staged.', answer);
}

/** Boots what is staged; without a commit the device goes back by itself. */
export async function activatePackage(link: DeviceLink, _name: string, abortMinutes: number): Promise<Departure> {
  return goDown(link, `install activate auto-abort-timer ${abortMinutes}`);
}

export async function commitPackage(link: DeviceLink): Promise<void> {
  if ((await readInstallSummary(link)).uncommitted === null) return;
  const command = 'install commit';
  const answer = await link.askLong(command, { within: 'install' });
  link.refuse(command, answer, FAULT);
  link.require(command, answer, /^SUCCESS: install_commit\b/u);
}

/** Removes what is inactive, and gives the bytes that are free then. */
export async function removeInactive(link: DeviceLink): Promise<number> {
  const command = 'install remove inactive';
  const answer = await link.askLong(command, { within: 'install', answers: [REMOVE] });
  link.refuse(command, answer, FAULT);
  return (await readFlash(link)).freeBytes;
}

export async function cleanFlash(link: DeviceLink, name: string): Promise<void> {
  await removeInactive(link);
  if ((await readFlash(link)).files.some((file) => file.name === name)) await removeFromFlash(link, name);
  const { inactive } = await readInstallSummary(link);
  if (inactive.length > 0) {
    throw link.fault('install remove inactive', `it says so, but ${inactive.join(', ')} is still there.`, '');
  }
}

export async function rollBack(link: DeviceLink, previous: PreviousSoftware): Promise<Departure> {
  const summary: InstallSummary = await readInstallSummary(link);
  if (summary.uncommitted === null) {
    const committed = summary.committed ?? 'its software';
    throw link.fault(
      'show install summary',
      `${committed} is committed, and the way back to ${previous.version} is gone.`,
      '',
    );
  }
  const command = 'install rollback to committed';
  const departure = await link.askDown(command, { within: 'install', answers: [UNSAVED, RELOAD] });
  if (departure.ended === 'prompt' && /^\s*FAILED:/mu.test(departure.answer)) {
    // Of an activation that was cut off there is no way back but to abort it, which ends on the committed software as well.
    const { kind } = installState(await readInstallSummary(link));
    if (kind === 'uncommitted') return goDown(link, 'install abort');
  }
  return gone(link, command, departure);
}

/** Removes what is added and not activated. */
export async function withdraw(link: DeviceLink): Promise<void> {
  const command = 'show install summary';
  const { kind } = installState(await readInstallSummary(link));
  if (kind === 'uncommitted') throw link.fault(command, 'it has activated another version already.', '');
  if (kind !== 'staged') return;
  await removeInactive(link);
  if (installState(await readInstallSummary(link)).kind === 'staged')
    throw link.fault('install remove inactive', 'it says so, but something is still there.', '');
}

async function goDown(link: DeviceLink, command: string): Promise<Departure> {
  return gone(link, command, await link.askDown(command, { within: 'install', answers: [UNSAVED, RELOAD] }));
}

function gone(link: DeviceLink, command: string, departure: Departure): Departure {
  // A device that is gone was told, whatever it printed.
  if (departure.ended === 'prompt') {
    link.refuse(command, departure.answer, FAULT);
    link.require(command, departure.answer, /^SUCCESS: install_\w+/u);
  }
  return departure;
}
