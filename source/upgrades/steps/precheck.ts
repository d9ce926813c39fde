import { z } from 'zod';
import type { DeviceState } from '../../devices/operations.ts';
import { type DeviceBefore, INSTALLATION, preChecks } from '../../model/pre-checks.ts';
import { sameVersion } from '../../model/version.ts';
import { type ReadingContext, type Step, type StepEnd, StepFailed, StepHeld } from '../engine/step.ts';
import { failures } from './failures.ts';

/** What the steps after the pre-check need to know of the device as it was. */
export const beforeSchema = z.object({
  bootsNext: z.string().nullable(),
  health: z.object({
    interfacesUp: z.array(z.string()),
    bgpEstablished: z.array(z.string()),
    routes: z.number().nullable(),
  }),
});

/** Looks at the device, changes nothing, and keeps what it found to compare with afterwards. */
export const precheck: Step = {
  name: 'precheck',
  property: 'repeatable',
  attempts: 3,
  timeout: (pace) => pace.command * 5,
  run: look,
  dryRun: look,
};

async function look(context: ReadingContext): Promise<StepEnd> {
  const { upgrade } = context;
  const device = await context.device();
  const state = await device.readState();
  const health = await device.readHealth();
  const size = await device.fileSize(upgrade.image.fileName);
  const before = {
    ...summary(state, upgrade.router.platform),
    configurationSaved: await device.configurationSaved(),
    imagePresent: size === upgrade.image.sizeBytes,
  };
  const checks = preChecks(upgrade, before);
  await context.check('pre', checks);
  const failed = failures(checks);
  if (failed !== null) {
    // What somebody else has begun is theirs to finish or abort; there is nothing wrong with the device.
    const rest = failures(checks.filter(({ name }) => name !== INSTALLATION));
    if (rest === null && !upgrade.dryRun) throw new StepHeld(`${failed} Then resume it.`);
    throw new StepFailed(failed);
  }
  return {
    detail: `${checks.length} checks pass on ${state.hostname}.`,
    evidence: { bootsNext: state.bootsNext, health: { ...health } },
  };
}

function summary(
  state: DeviceState,
  platform: Parameters<typeof sameVersion>[0],
): Omit<DeviceBefore, 'imagePresent' | 'configurationSaved'> {
  const versions = state.members.flatMap(({ version }) => version ?? []);
  return {
    model: state.model,
    runningVersion: state.runningVersion,
    freeBytes: state.freeBytes,
    membersNotReady: state.members.filter(({ ready }) => !ready).map(({ name }) => name),
    otherVersions: versions.filter((version) => !sameVersion(platform, version, state.runningVersion)),
    installing: installing(state),
    clockSynchronized: state.clockSynchronized,
  };
}

function installing({ install }: DeviceState): string | null {
  if (install.kind === 'idle') return null;
  if (install.kind === 'busy') return install.detail;
  return install.kind === 'staged' ? `${install.version} is staged` : `${install.version} is not committed`;
}
