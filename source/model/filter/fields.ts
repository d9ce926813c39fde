import type { Platform } from '../platform.ts';

/** What a filter can ask of a row by name. Null is what is not known. */
export type FilterField<Row> =
  | {
      readonly kind: 'text';
      readonly read: (row: Row) => string | null;
      /** True: few enough values that they can be offered while a filter is written. */
      readonly offered?: boolean;
    }
  | { readonly kind: 'number'; readonly read: (row: Row) => number | null }
  | {
      readonly kind: 'version';
      readonly read: (row: Row) => string | null;
      readonly platform: (row: Row) => Platform | null;
    };

/** What can be filtered in a table. */
export interface FilterSchema<Row extends object> {
  /** By the name that is written: `cpu`. */
  readonly fields: ReadonlyMap<string, FilterField<Row>>;
  /** Other names of fields: `hostname` for `host`. */
  readonly aliases?: ReadonlyMap<string, string>;
  /** The texts in which a word is looked for. */
  readonly words: (row: Row) => readonly (string | null)[];
  /** A text that a word may begin, but not be in the middle of: an address. */
  readonly begins?: (row: Row) => string;
}

export function fieldOf<Row extends object>(
  { fields, aliases }: FilterSchema<Row>,
  name: string,
): FilterField<Row> | undefined {
  return fields.get(name) ?? fields.get(aliases?.get(name) ?? '');
}
