import { listImageOverviews } from '../../../postgres/image-overview.ts';
import { lookAtImageFile } from '../../../upgrades/images/look-at-image-file.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import { pause } from '../../pause.ts';
import type { ConsoleServices } from '../../services.ts';
import type { ImageRow } from './columns.ts';
import { imagesSlice, setImages, verifyingSlice } from './state.ts';

/** Routers change all the time: they are counted this often at most, and more seldom if that takes long. */
const REST_MS = 500;
const REST = 4;

/** Keeps the images fresh, and what can be seen of their files. Marks are told of by their rows in the audit trail. */
export async function loadImages(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  signal.addEventListener('abort', () => services.store.get(verifyingSlice)?.stop(), { once: true });
  await keepFresh(services, 'the images', ['routers', 'audit_events'], signal, async () => {
    const began = performance.now();
    await noted(services, imagesSlice, signal, async () => {
      const rows = await read(services);
      if (!signal.aborted) setImages(services, rows);
    });
    await pause(Math.max(REST_MS, (performance.now() - began) * REST), signal);
  });
}

async function read(services: ConsoleServices): Promise<readonly ImageRow[]> {
  const folder = services.context.imageFolder ?? null;
  const images = await listImageOverviews(services.scope());
  return Promise.all(
    images.map(async (image): Promise<ImageRow> => {
      if (folder === null) return { ...image, file: 'unknown', changedAt: 0 };
      const { state, changedAt } = await lookAtImageFile(folder, image);
      // Asked last, since a file may have been read through meanwhile.
      const before = services.store.get(imagesSlice).images?.find(({ fileName }) => fileName === image.fileName);
      const kept = before?.changedAt === changedAt && state === 'here' ? before.file : state;
      return { ...image, file: kept, changedAt };
    }),
  );
}
