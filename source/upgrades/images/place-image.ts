import { randomUUID } from 'node:crypto';
import { chmod, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../config/user-error.ts';
import { type ImageDigests, readImage, type ReadImageOptions } from './read-image.ts';

/** An image that was read, and can be put under its name in the folder. */
export interface ReadyImage {
  readonly digests: ImageDigests;
  /** Puts it under its name at once; a file that was there is replaced. Does nothing where there is no folder. */
  place(): Promise<void>;
  /** Takes back what was not placed. */
  discard(): Promise<void>;
}

/**
 * Reads an image for its digests and, in the same pass, copies it into the repository folder under a name that nobody looks for; not if it
 * lies there already. Throws a `UserError` if it cannot be read, or the folder not be written.
 */
export async function readyImage(
  file: string,
  fileName: string,
  folder: string | null,
  options: Omit<ReadImageOptions, 'copyTo'>,
): Promise<ReadyImage> {
  const target = folder === null ? null : path.join(folder, fileName);
  const draft =
    folder === null || target === path.resolve(file) ? undefined : path.join(folder, `.${fileName}.${randomUUID()}`);
  const discard = async (): Promise<void> => {
    if (draft !== undefined) await rm(draft, { force: true });
  };
  try {
    const digests = await readImage(file, { ...options, copyTo: draft });
    const place = async (): Promise<void> => {
      if (draft === undefined || target === null) return;
      // The mode of a new file is less what the umask takes.
      await chmod(draft, 0o640);
      await rename(draft, target);
    };
    return { digests, place, discard };
  } catch (error) {
    await discard();
    if (!(error instanceof Error) || !('code' in error) || !('path' in error || 'syscall' in error)) throw error;
    const where = folder === null ? file : `${file}, or copied into ${folder}`;
    throw new UserError(`The image could not be read from ${where}: ${error.message}.`, { cause: error });
  }
}
