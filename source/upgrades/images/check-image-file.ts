import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type ImageDigests, readImage, type ReadImageOptions } from './read-image.ts';

/** What is on record of an image; `sha512` is null where it was never computed. */
export interface RecordedImage {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly sha512: string | null;
}

export type ImageState = 'right' | 'missing' | 'altered';

/** Compares the file of the repository folder with the record, reading it only if its size fits. */
export async function checkImageFile(
  folder: string,
  image: RecordedImage,
  options: Omit<ReadImageOptions, 'copyTo'> = {},
): Promise<ImageState> {
  const file = path.join(folder, image.fileName);
  const found = await stat(file).catch(() => null);
  if (found?.isFile() !== true) return 'missing';
  if (found.size !== image.sizeBytes) return 'altered';
  return isImage(await readImage(file, options), image) ? 'right' : 'altered';
}

/** True if the digests of a file are those on record. */
function isImage(found: ImageDigests, { sizeBytes, sha256, sha512 }: RecordedImage): boolean {
  return found.sizeBytes === sizeBytes && found.sha256 === sha256 && (sha512 === null || found.sha512 === sha512);
}
