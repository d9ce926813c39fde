import type { ConsoleServices } from '../../services.ts';
import { follow, LIST_START } from '../../state/list.ts';
import { defineSlice } from '../../state/slice.ts';
import { defineListTable, type ListTable } from '../../tables/list-table.ts';
import { imagesRoute } from '../routes.ts';
import { imageColumns, type ImageRow } from './columns.ts';
import { imageFilterSchema, imageSorts } from './filter.ts';

export const imagesSlice = defineSlice<{
  /** By vendor, newest first; null until they are read. */
  readonly images: readonly ImageRow[] | null;
  /** When they were read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt to read them failed. */
  readonly failed: boolean;
}>('images', () => ({ images: null, readAt: null, failed: false }));
export const imagesListSlice = defineSlice('images.list', () => LIST_START);

/** The file that is being read through. */
export const verifyingSlice = defineSlice<{
  readonly fileName: string;
  readonly percent: number;
  readonly stop: () => void;
} | null>('images.verifying', () => null);

const NONE: readonly ImageRow[] = [];

export const imagesTable: ListTable<ImageRow> = defineListTable<ImageRow>({
  id: 'images',
  routeId: imagesRoute.id,
  noun: ['image', 'images'],
  schema: imageFilterSchema,
  columns: () => imageColumns,
  sorts: imageSorts,
  rows: ({ store }) => store.get(imagesSlice).images ?? NONE,
  idOf: ({ fileName }) => fileName,
  list: imagesListSlice,
});

/** Lines above the rows: the note, the head. */
const HEAD_LINES = 2;

/** Rows that fit. */
export function imagesInSight(services: ConsoleServices): number {
  return services.body().rows - HEAD_LINES;
}

export function currentImage(services: ConsoleServices): ImageRow | undefined {
  return imagesTable.rowsShown(services)[services.store.get(imagesListSlice).cursor];
}

/** Takes in what was read and stays on the same image. */
export function setImages(services: ConsoleServices, images: readonly ImageRow[]): void {
  const { store, context } = services;
  const before = currentImage(services);
  store.set(imagesSlice, { images, readAt: context.now().getTime(), failed: false });
  const rows = imagesTable.rowsShown(services);
  const position = rows.findIndex(({ fileName }) => fileName === before?.fileName);
  store.update(imagesListSlice, (list) =>
    follow(list, position < 0 ? list.cursor : position, rows.length, imagesInSight(services)),
  );
}
