import { configurationCheck } from '../../model/configuration-check.ts';
import { postChecks } from '../../model/post-checks.ts';
import type { Check } from '../../model/upgrade-run.ts';
import { type Step, StepFailed } from '../engine/step.ts';
import { failures } from './failures.ts';
import { beforeSchema } from './precheck.ts';

/** Compares the device, and its configuration, with how they were before, and looks again until all is well, or the time to settle is over. */
export const postcheck: Step = {
  name: 'postcheck',
  property: 'repeatable',
  attempts: 3,
  timeout: (pace) => pace.settle + pace.command * 5,
  async run(context) {
    const { health } = beforeSchema.parse(context.step('precheck').evidence);
    const configuration = await context.keptConfiguration('before');
    if (configuration === null) throw new StepFailed('The configuration from before is not kept any more.');
    const until = context.now().getTime() + context.pace.settle;
    for (;;) {
      await context.heedRollback();
      const device = await context.device();
      const healthNow = await device.readHealth();
      const configurationNow = await device.runningConfiguration();
      const checks = [...postChecks(health, healthNow), configurationCheck(configuration, configurationNow)];
      await context.check('post', checks);
      const failed = failures(checks);
      const over = context.now().getTime() >= until;
      if (failed === null || over) await context.keepConfiguration('after', configurationNow);
      if (failed === null) return { detail: `${checks.length} checks pass.${toRead(checks)}` };
      if (over) throw new StepFailed(failed);
      await context.pause(context.pace.look);
    }
  },
};

function toRead(checks: readonly Check[]): string {
  const told = checks.filter(({ status }) => status === 'warn');
  return told.map(({ name, actual }) => ` ${name}: ${actual}.`).join('');
}
