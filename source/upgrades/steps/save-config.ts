import { type Step, StepFailed } from '../engine/step.ts';

/** Saves the configuration, so that the device boots with what it runs, and keeps that: somebody may have changed it since the backup. */
export const saveConfig: Step = {
  name: 'save_config',
  property: 'repeatable',
  attempts: 2,
  timeout: (pace) => pace.command * 3,
  async run(context) {
    const device = await context.device();
    await device.saveConfiguration();
    if (!(await device.configurationSaved()))
      throw new StepFailed('The device says that its configuration is still not saved.');
    await context.keepConfiguration('before', await device.runningConfiguration());
    return { detail: 'The configuration is saved.' };
  },
};
