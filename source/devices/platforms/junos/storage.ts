import { z } from 'zod';

export const storageSchema = z.object({ freeBytes: z.number().nonnegative() });

const UNITS: Readonly<Record<string, number>> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };
/** Where `/var/tmp` is, the closest first. */
const PLACES = ['/var/tmp', '/.mount/var/tmp', '/var', '/.mount/var', '/'];

/** Bytes that are free for `/var/tmp`, from `show system storage` of the first member. Missing if no line is about it. */
export function parseFreeBytes(answer: string): { freeBytes?: number } {
  const block = /\b(512|1024|1K)-blocks\b/u.exec(answer)?.[1] === '512' ? 512 : 1024;
  const rows = [
    ...answer.matchAll(/^\S+\s+[\d.]+[BKMGT]?\s+[\d.]+[BKMGT]?\s+(-?[\d.]+)([BKMGT]?)\s+\d+%\s+(\/\S*)\s*$/gmu),
  ];
  for (const place of PLACES) {
    const row = rows.find(([, , , mounted]) => mounted === place);
    if (row !== undefined)
      return { freeBytes: Math.max(0, Math.floor(Number(row[1]) * (UNITS[row[2] ?? ''] ?? block))) };
  }
  return {};
}
