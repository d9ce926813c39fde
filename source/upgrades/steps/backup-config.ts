import { type ReadingContext, type Step, type StepEnd, StepFailed } from '../engine/step.ts';

/** Keeps the configuration, encrypted. Without a copy nothing goes on. */
export const backupConfig: Step = {
  name: 'backup_config',
  property: 'repeatable',
  attempts: 3,
  timeout: (pace) => pace.command * 3,
  run: keep,
  dryRun: keep,
};

async function keep(context: ReadingContext): Promise<StepEnd> {
  const device = await context.device();
  const configuration = await device.runningConfiguration();
  if (configuration.trim() === '') throw new StepFailed('The device printed an empty configuration.');
  await context.keepConfiguration('before', configuration);
  return { detail: `${configuration.split('\n').length} lines kept.` };
}
