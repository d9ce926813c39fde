import { z } from 'zod';
import { Refusal } from './refusal.ts';

/** Rows of one answer at most. */
export const MOST_ROWS = 200;
const FEW_ROWS = 50;

export const limitInput = z
  .number()
  .int()
  .min(1)
  .max(MOST_ROWS)
  .default(FEW_ROWS)
  .describe(`Rows at most, up to ${MOST_ROWS}.`);

export const cursorInput = z
  .string()
  .max(1000)
  .optional()
  .describe('next_cursor of the answer before; leave it out for the first page.');

export const nextCursor = z.string().nullable().describe('Give it as cursor for the next page; null on the last page.');

/** Where a page ended, in a form that says nothing to clients. It is no secret: what it holds is only where to go on. */
export function makeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** What `makeCursor` was given; null for no cursor. Throws a `Refusal` for one that is not of this tool. */
export function readCursor<Place>(cursor: string | undefined, place: z.ZodType<Place>): Place | null {
  if (cursor === undefined) return null;
  const read = place.safeParse(fromJson(Buffer.from(cursor, 'base64url').toString()));
  if (read.success) return read.data;
  throw new Refusal('The cursor is not one that this tool gave: leave it out to begin with the first page.');
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
