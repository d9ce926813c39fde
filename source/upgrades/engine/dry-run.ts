import type { DeviceOperations } from '../../devices/operations.ts';
import type { DeviceReadings, ReadingContext, Step, StepContext, StepEnd } from './step.ts';

/**
 * What a step does in a dry-run, over a login through which nothing can be changed. Throws for a step that has nothing to do there: whoever comes to
 * it does not get at the device at all.
 */
export function dryRunOf(step: Step): (context: StepContext) => Promise<StepEnd> {
  return (context) => {
    const done = step.dryRun?.(readingOnly(context));
    if (done === undefined) throw new Error(`A dry-run does not come to ${step.name}.`);
    return done;
  };
}

/** The same context, in which a device can only be read, and nothing be declared that would be sent to it. */
function readingOnly(context: StepContext): ReadingContext {
  const reading: StepContext = { ...context, declare: refuse };
  return { ...reading, device: async () => readingsOf(await context.device()) };
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('A dry-run sends nothing to the device that changes it.'));
}

function readingsOf(device: DeviceOperations): DeviceReadings {
  return {
    platform: device.platform,
    hostKey: device.hostKey,
    digestAlgorithm: device.digestAlgorithm,
    readState: () => device.readState(),
    readHealth: () => device.readHealth(),
    runningConfiguration: () => device.runningConfiguration(),
    startupConfiguration: () => device.startupConfiguration(),
    configurationSaved: () => device.configurationSaved(),
    fileSize: (name) => device.fileSize(name),
    digest: (name) => device.digest(name),
    filesNamed: (prefix) => device.filesNamed(prefix),
  };
}
