import { z } from 'zod';
import type { ImageSource } from '../../devices/operations.ts';
import { spaceNeeded } from '../../model/pre-checks.ts';
import { checkSource } from '../dry-run/check-source.ts';
import { type ReadingContext, type Step, type StepContext, type StepEnd, StepFailed } from '../engine/step.ts';

/** Where on the device the image stands. */
export const stagedSchema = z.object({ file: z.string() });

/**
 * Copies the image to the device, under a name of this worker's own, so that a copy that goes on somewhere unseen never writes into the file that
 * is used. What earlier attempts left is removed.
 */
export const stageImage: Step = {
  name: 'stage_image',
  property: 'repeatable',
  attempts: 3,
  timeout: (pace) => pace.copy,
  async run(context) {
    const { image } = context.upgrade;
    const device = await context.device();
    if ((await device.fileSize(image.fileName)) === image.sizeBytes) {
      return { detail: `${image.fileName} is there already.`, evidence: { file: image.fileName }, skipped: true };
    }
    const source = await context.imageSource();
    await removeParts(context);
    await makeRoom(context);
    const file = `${partPrefix(context)}${context.leaseEpoch}-${context.attempt}.part`;
    await device.copyIn(source, file, (line) => context.tell(line));
    const size = await device.fileSize(file);
    if (size !== image.sizeBytes) {
      throw new StepFailed(
        `${size ?? 0} of ${image.sizeBytes} bytes arrived. Check the image server and the way to it.`,
      );
    }
    return { detail: `${image.fileName} copied: ${wayOf(source, context)}.`, evidence: { file } };
  },
  dryRun: wouldCopy,
};

/** Says what would be copied, from where, and if there is room; the image is looked for where it would come from. */
async function wouldCopy(context: ReadingContext): Promise<StepEnd> {
  const { upgrade, signal } = context;
  const { image } = upgrade;
  const device = await context.device();
  if ((await device.fileSize(image.fileName)) === image.sizeBytes) {
    return { detail: `${image.fileName} is there already: nothing would be copied.`, skipped: true };
  }
  const { from, warning } = await checkSource(await context.imageSource(), upgrade, signal);
  const needed = spaceNeeded(upgrade, false);
  const { freeBytes } = await device.readState();
  const room = `${megabytes(freeBytes)} are free and ${Math.ceil(needed / 1e6)} MB are needed`;
  const enough = freeBytes >= needed;
  const clean = enough ? '' : ': the device would be cleaned up first, and that may not be enough';
  const warnings = [warning ?? [], enough ? [] : `On the device ${room}${clean}.`].flat();
  return {
    detail: `Would copy ${image.fileName} (${megabytes(image.sizeBytes)}) ${from}. On the device ${room}${clean}.`,
    evidence: { warning: warnings.length === 0 ? null : warnings.join(' ') },
    skipped: true,
  };
}

/** How the image came, and who says that it comes so. */
function wayOf(source: ImageSource, { upgrade: { imageRoute, router } }: StepContext): string {
  const decided =
    imageRoute.transfer === null && imageRoute.url === null ? '' : `, as the site ${router.site ?? '?'} has it`;
  if (source.kind === 'push') return `sent by this worker${decided}`;
  const { protocol, host, pathname } = new URL(source.url);
  return `fetched from ${protocol}//${host}${pathname}${decided}`;
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1e6)} MB`;
}

async function removeParts(context: StepContext): Promise<void> {
  const device = await context.device();
  for (const name of await device.filesNamed(partPrefix(context))) await device.remove(name);
}

async function makeRoom(context: StepContext): Promise<void> {
  const device = await context.device();
  const needed = spaceNeeded(context.upgrade, false);
  const { freeBytes } = await device.readState();
  if (freeBytes >= needed) return;
  const free = await device.makeSpace();
  if (free >= needed) return;
  const [has, needs] = [Math.floor(free / 1e6), Math.ceil(needed / 1e6)];
  throw new StepFailed(
    `${has} MB are free, also after a clean-up, and ${needs} MB are needed. Remove files from the device.`,
  );
}

function partPrefix({ upgrade }: StepContext): string {
  return `netup-${upgrade.id}-`;
}
