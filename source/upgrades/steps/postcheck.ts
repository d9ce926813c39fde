import { postChecks } from '../../model/post-checks.ts';
import { type Step, StepFailed } from '../engine/step.ts';
import { failures } from './failures.ts';
import { beforeSchema } from './precheck.ts';

/** Compares the device with how it was before, and looks again until it is, or the time to settle is over. */
export const postcheck: Step = {
  name: 'postcheck',
  property: 'repeatable',
  attempts: 3,
  timeout: (pace) => pace.settle + pace.command * 3,
  async run(context) {
    const before = beforeSchema.parse(context.step('precheck').evidence);
    const until = context.now().getTime() + context.pace.settle;
    for (;;) {
      const device = await context.device();
      const checks = postChecks(before.health, await device.readHealth());
      await context.check('post', checks);
      const failed = failures(checks);
      if (failed === null) return { detail: `${checks.length} checks are as before.` };
      if (context.now().getTime() >= until) throw new StepFailed(failed);
      await context.pause(context.pace.look);
    }
  },
};
