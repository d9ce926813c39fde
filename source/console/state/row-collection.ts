import type { RowSort } from './row-sort.ts';
import { RowView, type Keep } from './row-view.ts';

/** Longest time to work before keys get their turn, in milliseconds. */
const SLICE_MS = 6;
/** More rows than this in one batch are sorted in slices, like a new order. */
const LARGE = 8192;

export interface RowCollectionOptions<T> {
  readonly idOf: (row: T) => string;
  readonly sort: RowSort<T>;
  /** Rows to count; see `tallied`. */
  readonly tally?: (row: T) => boolean;
  /** Called after every change, some in later ticks: of rows, or of the order asked for. */
  readonly onChange?: (cause: 'rows' | 'order') => void;
}

/** An order that is being worked out. */
interface NextView<T> {
  readonly view: RowView<T>;
  readonly work: Generator<undefined, void>;
  readonly changed: Set<number>;
  /** Null: all is worked out anew. Else only the filter, and if it keeps none that the filter of the rows shown does not keep. */
  readonly narrows: boolean | null;
}

/**
 * A hundred thousand rows outside React: replaced by id in batches, shown sorted and filtered. A new order is worked out in slices
 * between key presses while the old one stays on the screen; single rows are put in their place at once.
 */
export class RowCollection<T> {
  readonly #options: RowCollectionOptions<T>;
  readonly #rows: (T | undefined)[] = [];
  readonly #slots = new Map<string, number>();
  readonly #free: number[] = [];
  #view: RowView<T>;
  #next: NextView<T> | null = null;
  #waiting: (() => void)[] = [];
  #version = 0;
  #tallied = 0;

  constructor(options: RowCollectionOptions<T>) {
    this.#options = options;
    this.#view = new RowView(options.sort, null, 0);
  }

  /** Grows with every change of a row or of the order. */
  get version(): number {
    return this.#version;
  }

  /** All rows, shown or not. */
  get size(): number {
    return this.#slots.size;
  }

  /** Rows that pass the filter. */
  get count(): number {
    return this.#view.order.length;
  }

  /** Rows, shown or not, for which `tally` is true. */
  get tallied(): number {
    return this.#tallied;
  }

  /** The sort last asked for, which may still be worked out. */
  get sort(): RowSort<T> {
    return (this.#next?.view ?? this.#view).sort;
  }

  get(id: string): T | undefined {
    const slot = this.#slots.get(id);
    return slot === undefined ? undefined : this.#rows[slot];
  }

  /** The row at a position of the order shown. */
  at(position: number): T | undefined {
    const slot = this.#view.order[position];
    return slot === undefined ? undefined : this.#rows[slot];
  }

  /** Position of a row in the order shown, or -1. O(log n). */
  positionOf(id: string): number {
    const slot = this.#slots.get(id);
    return slot === undefined ? -1 : this.#view.positionOf(slot);
  }

  /** Every row that passes the filter, in order. */
  *shown(): Generator<T> {
    for (const slot of this.#view.order) {
      const row = this.#rows[slot];
      if (row !== undefined) yield row;
    }
  }

  /** Ids of all rows, in no order. */
  ids(): Iterable<string> {
    return this.#slots.keys();
  }

  /** Every row, in no order. */
  *each(): Generator<T> {
    for (const row of this.all()) if (row !== undefined) yield row;
  }

  /** Every row, in no order and with gaps. Not a copy: it changes when rows do. */
  all(): readonly (T | undefined)[] {
    return this.#rows;
  }

  upsert(rows: readonly T[]): void {
    const { idOf } = this.#options;
    const slots = rows.map((row) => {
      const id = idOf(row);
      const known = this.#slots.get(id);
      const slot = known ?? this.#free.pop() ?? this.#rows.length;
      if (known === undefined) this.#slots.set(id, slot);
      this.#put(slot, row);
      return slot;
    });
    this.#changed(slots);
  }

  remove(ids: readonly string[]): void {
    const gone = [...new Set(ids)].flatMap((id) => this.#slots.get(id) ?? []);
    for (const id of ids) this.#slots.delete(id);
    for (const slot of gone) this.#put(slot, undefined);
    this.#changed(gone);
    for (const slot of gone) this.#free.push(slot);
  }

  setSort(sort: RowSort<T>): void {
    this.#rebuild(sort, (this.#next?.view ?? this.#view).keep);
  }

  /** Null shows all. `narrows`: it keeps no row that the filter before it did not keep, so fewer need to be looked at. */
  setFilter(keep: Keep<T> | null, narrows = false): void {
    const next = this.#next;
    if (next !== null && next.narrows === null) {
      this.#rebuild(this.sort, keep);
      return;
    }
    const view = new RowView(this.sort, keep, 0);
    const closer = narrows && (next === null || next.narrows === true);
    this.#start({ view, work: view.refilter(this.#rows, this.#view, closer), narrows: closer });
  }

  /** Resolves when the order asked for is the order shown. */
  settled(): Promise<void> {
    return this.#next === null ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  #put(slot: number, row: T | undefined): void {
    const { tally } = this.#options;
    if (tally !== undefined) {
      const before = this.#rows[slot];
      if (before !== undefined && tally(before)) this.#tallied -= 1;
      if (row !== undefined && tally(row)) this.#tallied += 1;
    }
    this.#rows[slot] = row;
  }

  #changed(slots: readonly number[]): void {
    if (slots.length === 0) return;
    if (slots.length > LARGE) {
      this.#rebuild(this.sort, (this.#next?.view ?? this.#view).keep);
      return;
    }
    for (const slot of slots) this.#next?.changed.add(slot);
    this.#view.apply(this.#rows, slots);
    this.#announce('rows');
  }

  #rebuild(sort: RowSort<T>, keep: Keep<T> | null): void {
    const view = new RowView(sort, keep, this.#rows.length);
    this.#start({ view, work: view.build(this.#rows), narrows: null });
  }

  #start(next: Omit<NextView<T>, 'changed'>): void {
    const running = this.#next !== null;
    this.#next = { ...next, changed: new Set() };
    // A run that is under way goes on with the new work; another would double the time taken from the keys.
    if (!running) this.#work();
  }

  #work(): void {
    const until = performance.now() + SLICE_MS;
    while (this.#next !== null) {
      if (this.#next.work.next().done === true) {
        this.#next.view.apply(this.#rows, [...this.#next.changed]);
        this.#view = this.#next.view;
        this.#next = null;
        this.#announce('order');
        for (const resolve of this.#waiting.splice(0)) resolve();
      } else if (performance.now() > until) {
        setImmediate(() => this.#work());
        return;
      }
    }
  }

  #announce(cause: 'rows' | 'order'): void {
    this.#version += 1;
    this.#options.onChange?.(cause);
  }
}
