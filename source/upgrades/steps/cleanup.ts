import { DeviceError } from '../../devices/device-error.ts';
import type { Step } from '../engine/step.ts';

/** Removes what is no longer needed. The upgrade is done without it, so trouble here is only told. */
export const cleanup: Step = {
  name: 'cleanup',
  property: 'repeatable',
  attempts: 1,
  timeout: (pace) => pace.install,
  async run(context) {
    try {
      const device = await context.device();
      await device.cleanUp(context.upgrade.image.fileName);
      return { detail: 'Old software is removed.' };
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof DeviceError)) throw error;
      return { detail: `Not cleaned up: ${error.message}`, skipped: true };
    }
  },
};
