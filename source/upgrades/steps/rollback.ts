import type { DeviceState } from '../../devices/operations.ts';
import { runsRelease } from '../../model/version.ts';
import { type Step, type StepContext, type StepEnd, StepFailed } from '../engine/step.ts';
import {
  type DownIntent,
  downIntent,
  downIntentSchema,
  hasBootedSince,
  stateIfNotTold,
  stateIfUp,
  waitForBoot,
} from './boot.ts';
import { lostConfiguration } from './lost-configuration.ts';
import { idle, previousSoftware, withdraw } from './withdraw.ts';

/**
 * Takes the device back to what it ran, and makes sure that it does. A device that went back by itself, or was never told, is not taken down: only
 * what it would boot next is taken back. Told once a boot, like the activation.
 */
export const rollback: Step = {
  name: 'rollback',
  property: 'intent-first',
  attempts: 3,
  timeout: (pace) => pace.reboot * 2 + pace.install,
  async run(context) {
    const earlier = downIntentSchema.nullable().parse(context.step('rollback').intent ?? null);
    const state = await settled(context);
    if (isBack(context, state) && state.install.kind !== 'uncommitted')
      return back(context, state, 'The device runs it already');
    const told = earlier !== null && !mayTell(context, earlier, state) ? earlier : await tell(context, state, earlier);
    const after = await waitForBoot(context, told);
    if (!isBack(context, after)) {
      throw new StepFailed(`It came back on ${after.runningVersion}, not on ${context.upgrade.fromVersion}.`);
    }
    return back(context, after, 'The device was taken back');
  },
};

/** The state of the device once it is certain that it does not go down any more for what the activation sent. */
async function settled(context: StepContext): Promise<DeviceState> {
  const activation = downIntentSchema.parse(context.step('activate').intent);
  return (await stateIfNotTold(context, activation)) ?? reachable(context);
}

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

async function tell(context: StepContext, state: DeviceState, earlier: DownIntent | null): Promise<DownIntent> {
  await idle(context);
  const intent = downIntent(state, context.now());
  await context.declare(intent);
  const device = await context.device();
  const again = earlier !== null && !hasBootedSince(state, earlier);
  await device.rollback({ ...previousSoftware(context), ...(again ? ({ toldBefore: true } as const) : {}) });
  context.hangUp();
  return intent;
}

function isBack({ upgrade }: StepContext, { runningVersion }: DeviceState): boolean {
  return runsRelease(upgrade.router.platform, runningVersion, upgrade.fromVersion);
}

async function back(context: StepContext, { runningVersion }: DeviceState, how: string): Promise<StepEnd> {
  await withdraw(context);
  const attention = await lostConfiguration(context);
  const detail = `${how}: ${runningVersion}.`;
  if (attention === null) return { detail, runningVersion };
  return { detail: `${detail} ${attention}`, runningVersion, evidence: { attention } };
}
