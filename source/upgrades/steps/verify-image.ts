import type { UpgradeRun } from '../../model/upgrade-run.ts';
import { type DeviceReadings, type ReadingContext, type Step, type StepEnd, StepFailed } from '../engine/step.ts';
import { stagedSchema } from './stage-image.ts';

/** Lets the device compute the digest of what arrived, compares it with the image's, and only then gives the file its name. */
export const verifyImage: Step = {
  name: 'verify_image',
  property: 'repeatable',
  attempts: 2,
  timeout: (pace) => pace.install,
  async run(context) {
    const { image } = context.upgrade;
    const device = await context.device();
    const { file: staged } = stagedSchema.parse(context.step('stage_image').evidence);
    // An earlier attempt may have renamed it already.
    const file = (await device.fileSize(staged)) === null ? image.fileName : staged;
    const wanted = wantedDigest(device, image);
    const { hex } = await device.digest(file);
    if (hex.toLowerCase() !== wanted) {
      await device.remove(file);
      throw new StepFailed(
        `The image on the device has the ${device.digestAlgorithm} ${hex.slice(0, 16)}…, not ${wanted.slice(0, 16)}…; it was removed.`,
      );
    }
    if (file !== image.fileName) await device.rename(file, image.fileName);
    return { detail: `${device.digestAlgorithm} fits.` };
  },
  dryRun: wouldVerify,
};

/** Verifies an image that is there already, which changes nothing; of one that is not, it says what it would be compared with. */
async function wouldVerify(context: ReadingContext): Promise<StepEnd> {
  const { image } = context.upgrade;
  const device = await context.device();
  const wanted = wantedDigest(device, image);
  if ((await device.fileSize(image.fileName)) !== image.sizeBytes) {
    const detail = `Would let the device compute the ${device.digestAlgorithm}, and compare it with ${wanted.slice(0, 16)}….`;
    return { detail, skipped: true };
  }
  const { hex } = await device.digest(image.fileName);
  if (hex.toLowerCase() === wanted) return { detail: `${device.digestAlgorithm} of the image that is there fits.` };
  throw new StepFailed(
    `The image that is on the device has the ${device.digestAlgorithm} ${hex.slice(0, 16)}…, not ${wanted.slice(0, 16)}…. Remove it.`,
  );
}

function wantedDigest({ digestAlgorithm }: DeviceReadings, { sha256, sha512 }: UpgradeRun['image']): string {
  const wanted = digestAlgorithm === 'sha512' ? sha512 : sha256;
  if (wanted !== null) return wanted;
  throw new StepFailed(`The image has no ${digestAlgorithm} on record, so it cannot be verified on this platform.`);
}
