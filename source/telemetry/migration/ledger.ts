import type { CopiedCounts } from './copy.ts';
import type { TimeWindow } from '../store.ts';

/** The parts that a copy was done in, which cover all of time, and how many points each had when it was copied last. */
export interface Ledger {
  readonly chunks: readonly TimeWindow[];
  readonly copied: CopiedCounts;
}

const BASE = 36;

/** As text for the description of a bucket: the start of each part with its count, and the end of the last. Some 14 letters a part. */
export function ledgerText({ chunks, copied }: Ledger): string {
  const parts = chunks.map(({ start }) => `${start.toString(BASE)}:${copied.get(start)?.toString(BASE) ?? ''}`);
  return [...parts, (chunks.at(-1)?.end ?? 0).toString(BASE)].join(',');
}

/** Null for what is no ledger: then everything is to be copied. */
export function readLedger(text: string): Ledger | null {
  if (!/^(?:[0-9a-z]+:[0-9a-z]*,)+[0-9a-z]+$/u.test(text)) return null;
  const parts = text.split(',').map((part) => part.split(':').map((number) => Number.parseInt(number, BASE)));
  const chunks: TimeWindow[] = [];
  const copied: CopiedCounts = new Map();
  for (const [index, [start = 0, count = Number.NaN]] of parts.slice(0, -1).entries()) {
    const end = parts[index + 1]?.[0] ?? start;
    if (end < start) return null;
    chunks.push({ start, end });
    if (!Number.isNaN(count)) copied.set(start, count);
  }
  return { chunks, copied };
}
