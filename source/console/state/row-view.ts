import { compareBy, type RowSort, type SortValue } from './row-sort.ts';
import { placeOf, replaceSlots, sortSlots, type CompareSlots, type Slots } from './sorted-slots.ts';

export type Rows<T> = readonly (T | undefined)[];
export type Keep<T> = (row: T) => boolean;

/** One sorted and filtered order of the rows, by slot. */
export class RowView<T> {
  readonly sort: RowSort<T>;
  readonly keep: Keep<T> | null;
  readonly #values: SortValue[] = [];
  readonly #compare: CompareSlots;
  #shown: Uint8Array;
  #order: Slots = new Uint32Array(0);

  constructor(sort: RowSort<T>, keep: Keep<T> | null, capacity: number) {
    this.sort = sort;
    this.keep = keep;
    this.#compare = compareBy(this.#values, sort.direction);
    this.#shown = new Uint8Array(capacity);
  }

  get order(): Slots {
    return this.#order;
  }

  /** Fills the order from all rows, a piece at a time. Rows that change meanwhile must be given to `apply` afterwards. */
  *build(rows: Rows<T>): Generator<undefined, void> {
    const slots: number[] = [];
    for (let slot = 0; slot < rows.length; slot += 1) {
      this.#read(rows[slot], slot);
      if (this.#shown[slot] === 1) slots.push(slot);
      if (slot % 8192 === 8191) yield;
    }
    this.#order = yield* sortSlots(Uint32Array.from(slots), this.#compare);
  }

  /** Takes in rows that came, went or changed. Returns false if nothing is in another place than before. */
  apply(rows: Rows<T>, slots: readonly number[]): boolean {
    const leaving = new Uint8Array(Math.max(rows.length, this.#shown.length));
    const entering: number[] = [];
    let left = 0;
    for (const slot of slots) {
      const value = this.#values[slot];
      const wasShown = this.#shown[slot] === 1;
      this.#read(rows[slot], slot);
      const isShown = this.#shown[slot] === 1;
      if (wasShown && isShown && this.#values[slot] === value) continue;
      if (wasShown) {
        leaving[slot] = 1;
        left += 1;
      }
      if (isShown) entering.push(slot);
    }
    if (left === 0 && entering.length === 0) return false;
    this.#order = replaceSlots(this.#order, leaving, entering.toSorted(this.#compare), this.#compare);
    return true;
  }

  /** Position in the order; -1 if the slot is not shown. */
  positionOf(slot: number): number {
    return this.#shown[slot] === 1 ? placeOf(this.#order, slot, this.#compare) : -1;
  }

  #read(row: T | undefined, slot: number): void {
    if (slot >= this.#shown.length) {
      const grown = new Uint8Array(Math.max(1024, slot * 2));
      grown.set(this.#shown);
      this.#shown = grown;
    }
    this.#shown[slot] = row !== undefined && (this.keep === null || this.keep(row)) ? 1 : 0;
    const value = row === undefined ? null : this.sort.value(row);
    // Not a number compares with nothing, which would leave the order undefined.
    this.#values[slot] = Number.isNaN(value) ? null : value;
  }
}
