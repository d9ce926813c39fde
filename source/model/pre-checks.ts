import { runsRelease } from './version.ts';
import type { Check, UpgradeRun } from './upgrade-run.ts';

/** The check of whether somebody installs something on the device. */
export const INSTALLATION = 'installation';

/** What a device said before an upgrade; null for what its platform does not say. */
export interface DeviceBefore {
  readonly model: string;
  readonly runningVersion: string;
  readonly freeBytes: number;
  /** Members that are not ready, by name. */
  readonly membersNotReady: readonly string[];
  /** Versions of members that have another one than the device. */
  readonly otherVersions: readonly string[];
  readonly configurationSaved: boolean | null;
  /** What it is installing; null if nothing. */
  readonly installing: string | null;
  readonly clockSynchronized: boolean | null;
  /** True if the image stands on it already, whole. */
  readonly imagePresent: boolean;
}

/** In install mode an image is unpacked beside itself: so many times its size must be free (Cisco's readiness check for Catalyst 9000). */
const SPACE: Readonly<Record<string, number>> = { 'ios-xe': 2.2, junos: 2, eos: 1.1 };

/** Whether a device may be upgraded, point by point. Only `fail` and `unknown` stop it. */
export function preChecks(run: UpgradeRun, before: DeviceBefore): readonly Check[] {
  return [versionCheck(run, before), modelCheck(run, before), spaceCheck(run, before), ...conditionChecks(run, before)];
}

function versionCheck({ fromVersion, router }: UpgradeRun, { runningVersion }: DeviceBefore): Check {
  const same = runsRelease(router.platform, runningVersion, fromVersion);
  return check(
    'running version',
    fromVersion,
    runningVersion,
    same,
    'The device changed since the request: request the upgrade anew.',
  );
}

function modelCheck({ router }: UpgradeRun, { model }: DeviceBefore): Check {
  const expected = router.model ?? 'unknown';
  return check(
    'model',
    expected,
    model,
    sameModel(expected, model),
    'Correct the model in the inventory: the image may not fit.',
  );
}

/** Inventories leave out what devices put around a model's name: `DCS-7280SR3-48YC8-F` is a `7280SR3-48YC8`. */
function sameModel(a: string, b: string): boolean {
  const [x, y] = [plainModel(a), plainModel(b)];
  return x !== '' && y !== '' && (x.includes(y) || y.includes(x));
}

function plainModel(model: string): string {
  return model.toLowerCase().replace(/[^a-z0-9]/gu, '');
}

/** Bytes that must be free for an image to be copied, unless it is there, and put in place. */
export function spaceNeeded({ image, router }: Pick<UpgradeRun, 'image' | 'router'>, imagePresent: boolean): number {
  const factor = SPACE[router.platform ?? ''] ?? 2;
  return Math.ceil(image.sizeBytes * (imagePresent ? factor - 1 : factor));
}

/** Too little does not stop an upgrade here: the device may have old software to remove, which is done before the copy. */
function spaceCheck(run: UpgradeRun, { freeBytes, imagePresent }: DeviceBefore): Check {
  const needed = spaceNeeded(run, imagePresent);
  const enough = freeBytes >= needed;
  const action = enough ? '' : 'Old software is removed from the device before the copy.';
  const status = enough ? 'pass' : 'warn';
  return {
    name: 'free space',
    expected: `at least ${megabytes(needed)}`,
    actual: megabytes(freeBytes),
    status,
    action,
  };
}

function conditionChecks(run: UpgradeRun, before: DeviceBefore): readonly Check[] {
  const { membersNotReady: waiting, otherVersions, installing } = before;
  return [
    check(
      'redundancy',
      'every member ready',
      list(waiting, 'not ready: '),
      waiting.length === 0,
      'Bring the members up first.',
    ),
    check(
      'member versions',
      'all the same',
      list(otherVersions, 'also '),
      otherVersions.length === 0,
      'Bring the members to one version first.',
    ),
    check(INSTALLATION, 'none under way', installing ?? 'none', installing === null, adviceToFinish(run)),
    told('configuration saved', before.configurationSaved, 'It is saved before the activation.'),
    told('clock', before.clockSynchronized, 'Check NTP: logs and certificates need the time.'),
  ];
}

function adviceToFinish({ router }: UpgradeRun): string {
  const first = 'Finish or abort it on the device first';
  if (router.platform !== 'ios-xe') return `${first}.`;
  return `${first}: \`install remove inactive\` removes what is only added, \`install abort\` takes back what is activated.`;
}

/** A condition that is worth telling and stops nothing. */
function told(name: string, holds: boolean | null, action: string): Check {
  const actual = holds === null ? 'not said' : holds ? 'yes' : 'no';
  return {
    name,
    expected: 'yes',
    actual,
    status: holds === false ? 'warn' : 'pass',
    action: holds === false ? action : '',
  };
}

function check(name: string, expected: string, actual: string, passes: boolean, action: string): Check {
  return { name, expected, actual, status: passes ? 'pass' : 'fail', action: passes ? '' : action };
}

function list(names: readonly string[], lead: string): string {
  return names.length === 0 ? 'yes' : lead + names.join(', ');
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1e6)} MB`;
}
