import { encode, encodeNumber, encodeOid, TAG } from './ber.ts';

/** An object of a MIB with the value that an agent of kind `Subject` has for it; null: it has none. */
export interface MibEntry<Subject> {
  readonly oid: readonly number[];
  /** The OID as it is sent. */
  readonly encoded: Buffer;
  readonly value: (subject: Subject) => Buffer | null;
}

export function entry<Subject>(oid: string, value: (subject: Subject) => Buffer | null): MibEntry<Subject> {
  const numbers = oid.split('.').map(Number);
  return { oid: numbers, encoded: encodeOid(numbers), value };
}

export function text(value: string): Buffer {
  return encode(TAG.octets, Buffer.from(value));
}
export function integer(value: number): Buffer {
  return encodeNumber(TAG.integer, Math.round(value));
}
export function gauge(value: number): Buffer {
  return encodeNumber(TAG.gauge32, Math.round(Math.min(2 ** 32 - 1, Math.max(0, value))));
}
export function counter32(value: bigint): Buffer {
  return encodeNumber(TAG.counter32, BigInt.asUintN(32, value));
}
export function counter64(value: bigint): Buffer {
  return encodeNumber(TAG.counter64, BigInt.asUintN(64, value));
}
export function timeTicks(value: bigint): Buffer {
  return encodeNumber(TAG.timeTicks, BigInt.asUintN(32, value));
}
export function objectId(oid: string): Buffer {
  return encodeOid(oid.split('.').map(Number));
}

/** Objects in the order of their OIDs, which many agents share. */
export class Mib<Subject> {
  readonly #entries: readonly MibEntry<Subject>[];

  constructor(entries: readonly MibEntry<Subject>[]) {
    this.#entries = entries.toSorted((a, b) => compare(a.oid, b.oid));
  }

  get(oid: readonly number[]): MibEntry<Subject> | null {
    const found = this.#entries[this.positionAfter(oid) - 1];
    return found !== undefined && compare(found.oid, oid) === 0 ? found : null;
  }

  /** Where the first object after this OID is. */
  positionAfter(oid: readonly number[]): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const found = this.#entries[middle];
      if (found !== undefined && compare(found.oid, oid) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  at(position: number): MibEntry<Subject> | null {
    return this.#entries[position] ?? null;
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length && at < b.length; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
