import { cleanLine } from './text.ts';

/** What a spreadsheet takes for the start of a formula, full-width forms included, also behind spaces. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/u;

/**
 * A cell of a CSV file (RFC 4180) that a spreadsheet opens as text: made one clean line, with an apostrophe before what would be a
 * formula. Null is an empty cell.
 */
export function csvCell(text: string | null): string {
  if (text === null) return '';
  const clean = cleanLine(text);
  const harmless = FORMULA.test(clean) ? `'${clean}` : clean;
  return /[",;\s']/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
