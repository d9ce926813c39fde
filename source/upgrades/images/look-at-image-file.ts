import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { RecordedImage } from './check-image-file.ts';

/** What can be said of an image file without reading it. */
export interface ImageFileLook {
  readonly state: 'here' | 'missing' | 'altered';
  /** When it was written last, milliseconds since the epoch; 0 if it is missing. */
  readonly changedAt: number;
}

/** Whether the file is in the folder, and of the size on record. */
export async function lookAtImageFile(
  folder: string,
  { fileName, sizeBytes }: Pick<RecordedImage, 'fileName' | 'sizeBytes'>,
): Promise<ImageFileLook> {
  const found = await stat(path.join(folder, fileName)).catch(() => null);
  if (found?.isFile() !== true) return { state: 'missing', changedAt: 0 };
  return { state: found.size === sizeBytes ? 'here' : 'altered', changedAt: found.mtimeMs };
}
