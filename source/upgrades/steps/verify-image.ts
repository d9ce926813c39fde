import { type Step, StepFailed } from '../engine/step.ts';
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
    const wanted = device.digestAlgorithm === 'sha512' ? image.sha512 : image.sha256;
    if (wanted === null) {
      throw new StepFailed(
        `The image has no ${device.digestAlgorithm} on record, so it cannot be verified on this platform.`,
      );
    }
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
};
