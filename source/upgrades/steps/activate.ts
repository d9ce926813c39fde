import { runsRelease } from '../../model/version.ts';
import { type Step, type StepContext, StepFailed, StepHeld } from '../engine/step.ts';
import type { DeviceState } from '../../devices/operations.ts';
import { downIntent, downIntentSchema, isAtIt, stateIfNotTold } from './boot.ts';
import { withdraw } from './withdraw.ts';

/**
 * Puts the new software in place and tells the device to boot it. The telling is written down first. Another attempt waits until it is
 * certain whether the device was told, and tells it only if it was not.
 */
export const activate: Step = {
  name: 'activate',
  property: 'intent-first',
  attempts: 3,
  timeout: (pace) => pace.install + pace.goDown * 2,
  async run(context) {
    const { upgrade, pace } = context;
    const earlier = downIntentSchema.nullable().parse(context.step('activate').intent ?? null);
    if (earlier !== null && !(await mayTellAgain(context, earlier))) {
      return { detail: 'The device was told by an earlier attempt.' };
    }
    const prepared = await context.device();
    await prepared.prepareInstall(upgrade.image.fileName);
    // Read after the installation, which takes minutes: the boot that counts is the one that the device has now.
    const device = await context.device();
    const state = await device.readState();
    if (state.install.kind === 'busy') throw new StepHeld(`The device is busy: ${state.install.detail}.`);
    if (!runsRelease(device.platform, state.runningVersion, upgrade.fromVersion)) {
      throw new StepFailed(`The device runs ${state.runningVersion} and no longer ${upgrade.fromVersion}.`);
    }
    const other = otherThanWanted(context, state);
    if (other !== null) throw new StepFailed(`The device would boot ${other} and not ${upgrade.toVersion}.`);
    await context.declare(downIntent(state, context.now()));
    await device.activate(upgrade.image.fileName, { abortMinutes: pace.abortMinutes });
    context.hangUp();
    return { detail: `The device was told to boot ${upgrade.toVersion}.` };
  },
  async undo(context, held) {
    const device = await context.device();
    const { runningVersion, install } = await device.readState();
    const { upgrade } = context;
    if (!runsRelease(device.platform, runningVersion, upgrade.fromVersion)) return null;
    // What IOS-XE has added it does not boot, and to remove it would remove the image too.
    if (held && device.platform === 'ios-xe') {
      return install.kind === 'staged'
        ? `${install.version} is added and not activated: a reload would not boot it.`
        : null;
    }
    await withdraw(context);
    return null;
  },
};

function otherThanWanted({ upgrade }: StepContext, { install }: DeviceState): string | null {
  if (install.kind !== 'staged') return null;
  return runsRelease(upgrade.router.platform, install.version, upgrade.toVersion) ? null : install.version;
}

async function mayTellAgain(context: StepContext, earlier: Parameters<typeof stateIfNotTold>[1]): Promise<boolean> {
  const state = await stateIfNotTold(context, earlier);
  // Whoever told one that is at it, it was told.
  return state !== null && !isAtIt(state);
}
