import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ImageSettings } from '../../config/settings.ts';
import { UserError } from '../../config/user-error.ts';
import type { ImageSource } from '../../devices/operations.ts';
import type { UpgradeRun } from '../../model/upgrade-run.ts';
import { StepFailed } from './step.ts';

/** Digests of files that were read before, by path, size and time of change: an image of some GB is read once, not once a router. */
const known = new Map<string, Promise<string>>();

/**
 * Where a device gets an image from: from the image server, if one is set, else from us. A file of ours is read through first. Rejects with
 * `StepFailed` if it is missing or altered, with a `UserError` if neither is set.
 */
export async function findImageSource(settings: ImageSettings, { image }: UpgradeRun): Promise<ImageSource> {
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
  const key = `${file}:${found.size}:${found.mtimeMs}`;
  const digest = known.get(key) ?? sha256(file);
  known.set(key, digest);
  if (found.size !== image.sizeBytes || (await digest) !== image.sha256) {
    throw new StepFailed(
      `The image ${image.fileName} in ${folder} is not the one on record: its size or SHA-256 differs.`,
    );
  }
  return { kind: 'push', path: file };
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
