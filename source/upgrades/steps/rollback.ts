import type { DeviceState } from '../../devices/operations.ts';
import { runsRelease } from '../../model/version.ts';
import { type Step, type StepContext, type StepEnd, StepFailed } from '../engine/step.ts';
import { type DownIntent, downIntent, downIntentSchema, hasBootedSince, stateIfUp, waitForBoot } from './boot.ts';
import { beforeSchema } from './precheck.ts';

/**
 * Takes the device back to what it ran, and makes sure that it does. A device that went back by itself, or was never told, is left alone. Told
 * once a boot, like the activation.
 */
export const rollback: Step = {
  name: 'rollback',
  property: 'intent-first',
  attempts: 3,
  timeout: (pace) => pace.reboot * 2 + pace.install,
  async run(context) {
    const earlier = downIntentSchema.nullable().parse(context.step('rollback').intent ?? null);
    const state = await reachable(context);
    if (isBack(context, state)) return back(state, 'The device runs it already');
    const told = earlier !== null && !mayTell(context, earlier, state) ? earlier : await tell(context, state);
    const after = await waitForBoot(context, told);
    if (!isBack(context, after)) {
      throw new StepFailed(`It came back on ${after.runningVersion}, not on ${context.upgrade.fromVersion}.`);
    }
    return back(after, 'The device was taken back');
  },
};

async function reachable(context: StepContext): Promise<DeviceState> {
  const until = context.now().getTime() + context.pace.reboot;
  for (;;) {
    const state = await stateIfUp(context);
    if (state !== null) return state;
    if (context.now().getTime() >= until) throw new StepFailed('It cannot be reached.');
    await context.pause(context.pace.look);
  }
}

/** Not told yet in this boot, for certain. */
function mayTell({ now, pace }: StepContext, earlier: DownIntent, state: DeviceState): boolean {
  return hasBootedSince(state, earlier) || now().getTime() - earlier.at > pace.goDown;
}

async function tell(context: StepContext, state: DeviceState): Promise<DownIntent> {
  const intent = downIntent(state, context.now());
  await context.declare(intent);
  const device = await context.device();
  const { bootsNext } = beforeSchema.parse(context.step('precheck').evidence);
  await device.rollback({ version: context.upgrade.fromVersion, bootedFrom: bootsNext });
  context.hangUp();
  return intent;
}

function isBack({ upgrade }: StepContext, { runningVersion }: DeviceState): boolean {
  return runsRelease(upgrade.router.platform, runningVersion, upgrade.fromVersion);
}

function back({ runningVersion }: DeviceState, how: string): StepEnd {
  return { detail: `${how}: ${runningVersion}.`, runningVersion };
}
