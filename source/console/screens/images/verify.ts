import { checkImageFile } from '../../../upgrades/images/check-image-file.ts';
import { lookAtImageFile } from '../../../upgrades/images/look-at-image-file.ts';
import { cleanLine } from '../../../model/text.ts';
import type { ConsoleServices } from '../../services.ts';
import type { ImageRow } from './columns.ts';
import { currentImage, imagesSlice, verifyingSlice } from './state.ts';

/** Reads the file of the current image through and compares it with the record; `stop` ends it. */
export async function verifyImage(services: ConsoleServices, folder: string): Promise<void> {
  const image = currentImage(services);
  if (image === undefined) return;
  const { store } = services;
  const { fileName, sizeBytes } = image;
  const ending = new AbortController();
  const stop = (): void => ending.abort();
  store.set(verifyingSlice, { fileName, percent: 0, stop });
  try {
    // Looked at first: what is read holds for the file as it was then.
    const { changedAt } = await lookAtImageFile(folder, image);
    const state = await checkImageFile(folder, image, {
      signal: ending.signal,
      onBytes(read) {
        const percent = Math.floor((read * 100) / sizeBytes);
        if (store.get(verifyingSlice)?.percent !== percent && !ending.signal.aborted)
          store.set(verifyingSlice, { fileName, percent, stop });
      },
    });
    store.update(imagesSlice, (before) => ({
      ...before,
      images:
        before.images?.map((row): ImageRow => (row.fileName === fileName ? { ...row, file: state, changedAt } : row)) ??
        null,
    }));
    const said = { right: 'is as it is on record', missing: 'is missing', altered: 'is altered' }[state];
    services.notify(state === 'right' ? 'good' : 'bad', cleanLine(`${fileName} ${said}.`));
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    services.notify('info', 'Stopped before everything was read.');
  } finally {
    store.set(verifyingSlice, null);
  }
}
