import type { CompareSlots } from './sorted-slots.ts';

/** What a row is sorted by; null is not known, and comes last in both directions. */
export type SortValue = string | number | null;

export interface RowSort<T> {
  /** Column id, for the arrow in the table's head and for what is remembered. */
  readonly id: string;
  readonly direction: 'ascending' | 'descending';
  value(row: T): SortValue;
}

/** Compares slots by their values; equal ones keep the order in which the rows came. Strings compare by code, as the database's `C` collation does. */
export function compareBy(values: readonly SortValue[], direction: RowSort<unknown>['direction']): CompareSlots {
  const sign = direction === 'ascending' ? 1 : -1;
  return (a, b) => {
    const left = values[a] ?? null;
    const right = values[b] ?? null;
    if (left === right) return a - b;
    if (left === null) return 1;
    if (right === null) return -1;
    return left < right ? -sign : sign;
  };
}
