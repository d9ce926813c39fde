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
  /** Flags of the slots that hold a row. */
  #known: Uint8Array;
  #order: Slots = new Uint32Array(0);
  /** The order of all rows, so that another filter needs no sorting. The same as `#order` without a filter. */
  #all: Slots = this.#order;

  constructor(sort: RowSort<T>, keep: Keep<T> | null, capacity: number) {
    this.sort = sort;
    this.keep = keep;
    this.#compare = compareBy(this.#values, sort.direction);
    this.#shown = new Uint8Array(capacity);
    this.#known = new Uint8Array(capacity);
  }

  get order(): Slots {
    return this.#order;
  }

  /** Fills the order from all rows, a piece at a time. Rows that change meanwhile must be given to `apply` afterwards. */
  *build(rows: Rows<T>): Generator<undefined, void> {
    const slots: number[] = [];
    for (let slot = 0; slot < rows.length; slot += 1) {
      this.#read(rows[slot], slot);
      if (rows[slot] !== undefined) slots.push(slot);
      if (slot % 8192 === 8191) yield;
    }
    this.#all = yield* sortSlots(Uint32Array.from(slots), this.#compare);
    this.#order = this.keep === null ? this.#all : this.#all.filter((slot) => this.#shown[slot] === 1);
  }

  /**
   * Like `build`, but from a view with the same sort, which is as its rows are now. `narrows`: this filter keeps none that the other's
   * did not keep.
   */
  *refilter(rows: Rows<T>, from: RowView<T>, narrows: boolean): Generator<undefined, void> {
    // Into the array that the comparison looks at. The other view goes on changing its own.
    for (let slot = 0; slot < from.#values.length; slot += 1) this.#values[slot] = from.#values[slot] ?? null;
    this.#known = from.#known.slice();
    this.#shown = new Uint8Array(this.#known.length);
    this.#all = from.#all;
    const within = narrows ? from.#order : from.#all;
    const kept = new Uint32Array(within.length);
    let count = 0;
    for (let at = 0; at < within.length; at += 1) {
      const slot = within[at] ?? 0;
      const row = rows[slot];
      if (row !== undefined && (this.keep === null || this.keep(row))) {
        this.#shown[slot] = 1;
        kept[count++] = slot;
      }
      if (at % 4096 === 4095) yield;
    }
    this.#order = this.keep === null ? this.#all : kept.slice(0, count);
  }

  /** Takes in rows that came, went or changed. Returns false if nothing is in another place than before. */
  apply(rows: Rows<T>, slots: readonly number[]): boolean {
    const shown = new Moves(Math.max(rows.length, this.#shown.length));
    const all = new Moves(this.keep === null ? 0 : Math.max(rows.length, this.#known.length));
    for (const slot of slots) {
      const value = this.#values[slot];
      const [wasShown, wasKnown] = [this.#shown[slot] === 1, this.#known[slot] === 1];
      this.#read(rows[slot], slot);
      const moved = this.#values[slot] !== value;
      shown.note(slot, wasShown, this.#shown[slot] === 1, moved);
      if (this.keep !== null) all.note(slot, wasKnown, this.#known[slot] === 1, moved);
    }
    const before = this.#order;
    this.#order = shown.applyTo(before, this.#compare);
    this.#all = this.keep === null ? this.#order : all.applyTo(this.#all, this.#compare);
    return this.#order !== before;
  }

  /** Position in the order; -1 if the slot is not shown. */
  positionOf(slot: number): number {
    return this.#shown[slot] === 1 ? placeOf(this.#order, slot, this.#compare) : -1;
  }

  #read(row: T | undefined, slot: number): void {
    if (slot >= this.#shown.length) {
      this.#shown = grown(this.#shown, slot);
      this.#known = grown(this.#known, slot);
    }
    this.#known[slot] = row === undefined ? 0 : 1;
    this.#shown[slot] = row !== undefined && (this.keep === null || this.keep(row)) ? 1 : 0;
    const value = row === undefined ? null : this.sort.value(row);
    // Not a number compares with nothing, which would leave the order undefined.
    this.#values[slot] = Number.isNaN(value) ? null : value;
  }
}

/** Which slots leave an order and which enter it. */
class Moves {
  readonly #leaving: Uint8Array;
  readonly #entering: number[] = [];
  #any = false;

  constructor(capacity: number) {
    this.#leaving = new Uint8Array(capacity);
  }

  note(slot: number, was: boolean, is: boolean, moved: boolean): void {
    if (was === is && !(was && moved)) return;
    this.#any = true;
    if (was) this.#leaving[slot] = 1;
    if (is) this.#entering.push(slot);
  }

  /** The same order if nothing moved. */
  applyTo(order: Slots, compare: CompareSlots): Slots {
    return this.#any ? replaceSlots(order, this.#leaving, this.#entering.toSorted(compare), compare) : order;
  }
}

function grown(flags: Uint8Array, slot: number): Uint8Array {
  const longer = new Uint8Array(Math.max(1024, slot * 2));
  longer.set(flags);
  return longer;
}
