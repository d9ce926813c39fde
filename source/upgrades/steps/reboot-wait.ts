import type { Step } from '../engine/step.ts';
import { downIntentSchema, waitForBoot } from './boot.ts';

/** Waits until the device has booted and its command line answers. */
export const rebootWait: Step = {
  name: 'reboot_wait',
  property: 'repeatable',
  attempts: 1,
  timeout: (pace) => pace.reboot + pace.goDown + pace.command * 2,
  async run(context) {
    const intent = downIntentSchema.parse(context.step('activate').intent);
    const state = await waitForBoot(context, intent);
    const seconds = Math.round((context.now().getTime() - intent.at) / 1000);
    return { detail: `${state.hostname} is back after ${seconds} s.` };
  },
};
