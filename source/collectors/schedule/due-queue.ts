interface Due<T> {
  readonly at: number;
  readonly item: T;
}

/** Items by the time at which they are due, the first one first: a binary heap. */
export class DueQueue<T> {
  readonly #heap: Due<T>[] = [];

  get nextAt(): number | null {
    return this.#heap[0]?.at ?? null;
  }

  push(at: number, item: T): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push({ at, item });
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(place, parent)) break;
      this.#swap(place, parent);
      place = parent;
    }
  }

  /** Takes the first out; null if there is none. */
  pop(): Due<T> | null {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return null;
    if (heap.length === 0) return first;
    heap[0] = last;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const smaller = left + 1 < heap.length && this.#isBefore(left + 1, left) ? left + 1 : left;
      if (smaller >= heap.length || !this.#isBefore(smaller, place)) return first;
      this.#swap(smaller, place);
      place = smaller;
    }
  }

  #isBefore(one: number, other: number): boolean {
    return (this.#heap[one]?.at ?? Infinity) < (this.#heap[other]?.at ?? Infinity);
  }

  #swap(one: number, other: number): void {
    const heap = this.#heap;
    const [a, b] = [heap[one], heap[other]];
    if (a === undefined || b === undefined) return;
    heap[one] = b;
    heap[other] = a;
  }
}
