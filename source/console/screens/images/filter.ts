import type { FilterField, FilterSchema } from '../../../model/filter/fields.ts';
import type { SortValue } from '../../state/row-sort.ts';
import type { ImageRow } from './columns.ts';

/** What can be asked of images. */
export const imageFilterSchema: FilterSchema<ImageRow> = {
  fields: new Map<string, FilterField<ImageRow>>([
    ['vendor', { kind: 'text', read: ({ vendor }) => vendor, offered: true }],
    ['version', { kind: 'text', read: ({ version }) => version, offered: true }],
    ['image', { kind: 'text', read: ({ fileName }) => fileName }],
    ['model', { kind: 'text', read: ({ models }) => models.join(' ') }],
    [
      'golden',
      { kind: 'text', read: ({ isGolden, golden }) => (isGolden || golden.length > 0 ? 'yes' : 'no'), offered: true },
    ],
    ['file', { kind: 'text', read: ({ file }) => file, offered: true }],
    ['running', { kind: 'number', read: ({ running }) => running }],
    ['targeted', { kind: 'number', read: ({ targeted }) => targeted }],
    ['size', { kind: 'number', read: ({ sizeBytes }) => sizeBytes / 1e6 }],
  ]),
  words: ({ vendor, version, fileName, models }) => [vendor, version, fileName, ...models],
};

export const imageSorts: ReadonlyMap<string, (row: ImageRow) => SortValue> = new Map(
  Object.entries({
    vendor: ({ vendor }) => vendor,
    version: ({ version }) => version,
    file: ({ fileName }) => fileName,
    size: ({ sizeBytes }) => sizeBytes,
    state: ({ file }) => file,
    released: ({ releasedOn }) => releasedOn,
    running: ({ running }) => running,
    targeted: ({ targeted }) => targeted,
  } satisfies Record<string, (row: ImageRow) => SortValue>),
);
