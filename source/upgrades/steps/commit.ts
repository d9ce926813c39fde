import { runsRelease } from '../../model/version.ts';
import { type Step, StepFailed } from '../engine/step.ts';

/**
 * Keeps the new software for good: the device's own way back ends here. It may have gone that way already, if the upgrade lay still for longer than its
 * timer, and such a device also says that nothing is uncommitted: so it is looked at once more what it runs.
 */
export const commit: Step = {
  name: 'commit',
  property: 'repeatable',
  attempts: 3,
  timeout: (pace) => pace.install,
  async run(context) {
    // Who asks after this step has begun is refused; who asked just before it is heard here.
    await context.heedRollback();
    const device = await context.device();
    await device.commit();
    const { install, runningVersion } = await device.readState();
    const { fromVersion, toVersion } = context.upgrade;
    if (install.kind === 'uncommitted')
      throw new StepFailed('The device says that the software is still not committed.');
    if (!runsRelease(device.platform, runningVersion, toVersion)) {
      const back = runsRelease(device.platform, runningVersion, fromVersion) ? 'went back by itself to' : 'runs';
      throw new StepFailed(`Before the new version was committed, the device ${back} ${runningVersion}.`);
    }
    return { detail: 'The new version is committed.' };
  },
};
