import { UserError } from '../../config/user-error.ts';
import { DeviceError } from '../../devices/device-error.ts';
import { configurationCheck } from '../../model/configuration-check.ts';
import type { StepContext } from '../engine/step.ts';

/**
 * Of a device that was taken back: a sentence if its configuration lacks lines that it had before the upgrade, or could not be compared; else null.
 * The old software runs again, so this is told and stops nothing.
 */
export async function lostConfiguration(context: StepContext): Promise<string | null> {
  try {
    const before = await context.keptConfiguration('before');
    if (before === null) return 'Its configuration from before is not kept any more.';
    const device = await context.device();
    const { status, actual } = configurationCheck(before, await device.runningConfiguration());
    return status === 'fail' ? `Of its configuration are ${actual}. Restore them from the copy of before.` : null;
  } catch (error) {
    context.hangUp();
    context.signal.throwIfAborted();
    if (!(error instanceof DeviceError) && !(error instanceof UserError)) throw error;
    return `Its configuration could not be compared: ${error.message}`;
  }
}
