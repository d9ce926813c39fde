import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ImageSettings } from '../../config/settings.ts';
import { UserError } from '../../config/user-error.ts';
import type { ImageSource } from '../../devices/operations.ts';
import type { UpgradeRun } from '../../model/upgrade-run.ts';
import { readImage } from '../images/read-image.ts';
import { StepFailed } from './step.ts';

/**
 * Digests of files that were read before, by path, with what they were then: an image of some GB is read once, not once a router. A change that
 * keeps size and time of writing still has another time of change (ctime), which nobody can set.
 */
const known = new Map<string, { readonly state: string; readonly sha256: Promise<string> }>();

/**
 * Where a device gets an image from: from the image server, if one is set, else from us. A file of ours is read through first. Rejects with
 * `StepFailed` if it is missing or altered, with a `UserError` if neither is set.
 */
export async function findImageSource(
  settings: ImageSettings,
  { image }: Pick<UpgradeRun, 'image'>,
): Promise<ImageSource> {
  const { url, password, folder } = settings;
  if (url !== null) return { kind: 'pull', url: `${url.replace(/\/+$/u, '')}/${image.fileName}`, password };
  if (folder === null) {
    throw new UserError(
      'The worker does not know where images are: set NETUP_IMAGE_URL, such as scp://images@198.51.100.7/srv/images, or NETUP_IMAGE_DIR.',
    );
  }
  const file = path.join(folder, image.fileName);
  const found = await stat(file).catch(() => null);
  if (found === null) throw new StepFailed(`The image ${image.fileName} is not in ${folder}.`);
  if (found.size !== image.sizeBytes || (await digestOf(file, found)) !== image.sha256) {
    throw new StepFailed(
      `The image ${image.fileName} in ${folder} is not the one on record: its size or SHA-256 differs.`,
    );
  }
  return { kind: 'push', path: file };
}

/** Reads the file unless it was read before and is what it was; reads at once wait for the same reading. */
function digestOf(file: string, { size, ctimeMs }: Stats): Promise<string> {
  const state = `${size}:${ctimeMs}`;
  const before = known.get(file);
  if (before?.state === state) return before.sha256;
  const sha256 = readImage(file).then((digests) => digests.sha256);
  const reading = { state, sha256 };
  known.set(file, reading);
  sha256.catch(() => {
    if (known.get(file) === reading) known.delete(file);
  });
  return sha256;
}
