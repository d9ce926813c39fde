/** Slots in an order. */
export type Slots = Uint32Array<ArrayBuffer>;

/** Negative if slot `a` comes before slot `b`. Never 0 for two slots, so that every order is the only one. */
export type CompareSlots = (a: number, b: number) => number;

const RUN = 2048;
const STEP = 8192;

/** Sorts slots a piece at a time: the caller runs it on when it has time, and takes the result when it is done. */
export function* sortSlots(slots: Slots, compare: CompareSlots): Generator<undefined, Slots> {
  let from = slots;
  for (let start = 0; start < from.length; start += RUN) {
    from.set(Array.from(from.subarray(start, start + RUN)).toSorted(compare), start);
    yield;
  }
  let into = new Uint32Array(from.length);
  for (let run = RUN; run < from.length; run *= 2) {
    for (let start = 0; start < from.length; start += 2 * run) {
      yield* mergeRuns(
        from,
        into,
        [start, Math.min(start + run, from.length), Math.min(start + 2 * run, from.length)],
        compare,
      );
    }
    [from, into] = [into, from];
  }
  return from;
}

function* mergeRuns(
  from: Slots,
  into: Slots,
  [start, middle, end]: readonly [number, number, number],
  compare: CompareSlots,
): Generator<undefined, void> {
  let left = start;
  let right = middle;
  for (let at = start; at < end; at += 1) {
    const takeLeft = right >= end || (left < middle && compare(from[left] ?? 0, from[right] ?? 0) < 0);
    into[at] = (takeLeft ? from[left] : from[right]) ?? 0;
    if (takeLeft) left += 1;
    else right += 1;
    if ((at - start) % STEP === STEP - 1) yield;
  }
  yield;
}

/** The order without the slots that `leaving` flags, and with those of `entering` (sorted) put in their places. */
export function replaceSlots(
  order: Slots,
  leaving: Uint8Array,
  entering: readonly number[],
  compare: CompareSlots,
): Slots {
  const staying = new Uint32Array(order.length);
  let count = 0;
  for (const slot of order) {
    if (leaving[slot] !== 1) staying[count++] = slot;
  }
  const merged = new Uint32Array(count + entering.length);
  let copied = 0;
  entering.forEach((slot, index) => {
    const place = placeOf(staying, slot, compare, copied, count);
    if (place > copied) merged.set(staying.subarray(copied, place), copied + index);
    merged[place + index] = slot;
    copied = place;
  });
  merged.set(staying.subarray(copied, count), copied + entering.length);
  return merged;
}

/** Where the slot is, or would be put, from `from` on and before `to`. */
export function placeOf(order: Slots, slot: number, compare: CompareSlots, from = 0, to = order.length): number {
  // Rows that come in order all go to the end.
  if (from === to || compare(order[to - 1] ?? 0, slot) < 0) return to;
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(order[middle] ?? 0, slot) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
