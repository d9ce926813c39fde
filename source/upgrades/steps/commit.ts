import { type Step, StepFailed } from '../engine/step.ts';

/** Keeps the new software for good: the device's own way back ends here. */
export const commit: Step = {
  name: 'commit',
  property: 'repeatable',
  attempts: 3,
  timeout: (pace) => pace.install,
  async run(context) {
    const device = await context.device();
    await device.commit();
    const { install } = await device.readState();
    if (install.kind === 'uncommitted')
      throw new StepFailed('The device says that the software is still not committed.');
    return { detail: 'The new version is committed.' };
  },
};
