import { runsRelease } from '../../model/version.ts';
import { type Step, StepFailed } from '../engine/step.ts';

/** Looks at what the device booted, on every member. */
export const verifyVersion: Step = {
  name: 'verify_version',
  property: 'repeatable',
  attempts: 3,
  timeout: (pace) => pace.command * 3,
  async run(context) {
    const { upgrade } = context;
    const device = await context.device();
    const { runningVersion, members } = await device.readState();
    const fits = (version: string): boolean => runsRelease(device.platform, version, upgrade.toVersion);
    if (!fits(runningVersion)) {
      const old = runsRelease(device.platform, runningVersion, upgrade.fromVersion);
      throw new StepFailed(
        `The device came back on ${old ? 'the old version ' : ''}${runningVersion}, not on ${upgrade.toVersion}.`,
      );
    }
    const other = members.find(({ version }) => version !== null && !fits(version));
    if (other !== undefined)
      throw new StepFailed(`${other.name} runs ${other.version ?? '?'}, not ${upgrade.toVersion}.`);
    return { detail: `It runs ${runningVersion}.`, runningVersion };
  },
};
