import type { DeviceState, PreviousSoftware } from '../../devices/operations.ts';
import { type StepContext, StepFailed } from '../engine/step.ts';
import { beforeSchema } from './precheck.ts';

/** What the device ran when the upgrade began. */
export function previousSoftware(context: StepContext): PreviousSoftware {
  const { bootsNext } = beforeSchema.parse(context.step('precheck').evidence);
  return { version: context.upgrade.fromVersion, bootedFrom: bootsNext };
}

/**
 * On a device that runs what it ran before: takes back what was put in place for its next boot, and makes sure of that. Waits for an installation
 * that goes on without us. Throws `StepFailed` if something else would be booted.
 */
export async function withdraw(context: StepContext): Promise<void> {
  const previous = previousSoftware(context);
  await idle(context);
  const device = await context.device();
  await device.withdraw(previous);
  const left = whatIsLeft(await device.readState(), previous);
  if (left !== null) throw new StepFailed(`It runs ${previous.version}, but ${left}.`);
}

/** Waits for an installation that goes on without us, as long as one may take. */
export async function idle(context: StepContext): Promise<void> {
  const until = context.now().getTime() + context.pace.install;
  for (;;) {
    const device = await context.device();
    const { install } = await device.readState();
    if (install.kind !== 'busy' || context.now().getTime() >= until) return;
    await context.pause(context.pace.look);
  }
}

function whatIsLeft({ install, bootsNext }: DeviceState, { bootedFrom }: PreviousSoftware): string | null {
  if (install.kind === 'busy') return `is busy: ${install.detail}`;
  if (install.kind === 'staged') return `${install.version} still waits to be booted`;
  if (install.kind === 'uncommitted') return `${install.version} is still activated`;
  return bootsNext === bootedFrom ? null : `would boot ${bootsNext ?? 'something else'} next`;
}
