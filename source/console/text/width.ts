import stringWidth from 'string-width';
import { cleanLine } from '../../model/text.ts';
import { BoundedCache } from './bounded-cache.ts';

// Every character in it is one UTF-16 unit, one grapheme whatever stands beside it, and one cell wide (the test proves it of each),
// so such a text is as wide as it is long. Hostnames, versions, sparklines and frames are nearly all of what is drawn.
const SINGLE_CELL =
  /^[ -~\u00A1-\u00A8\u00AA-\u00AC\u00AF-\u02FF\u2012-\u2027\u2030-\u203B\u2190-\u21FF\u2200-\u22FF\u2500-\u25FC\u2713-\u2718]*$/u;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const widths = new BoundedCache<string, number>(2048);

/** True if `text.length` is its width in cells and any slice of it is whole. */
export function isSingleCell(text: string): boolean {
  return SINGLE_CELL.test(text);
}

/** Width in terminal cells of text without escape sequences. */
export function displayWidth(text: string): number {
  if (isSingleCell(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** What a person sees as one character each. */
export function graphemes(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/**
 * Exactly `width` cells: shorter text is padded, longer text loses its end to `…`. Control and direction-changing characters are
 * dropped first, so what a device or the database sent is safe here.
 */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  if (width <= 0) return '';
  if (isSingleCell(text)) {
    if (text.length > width) return `${text.slice(0, width - 1)}…`;
    return align === 'left' ? text.padEnd(width) : text.padStart(width);
  }
  const fitted = truncate(cleanLine(text), width);
  const padding = ' '.repeat(width - displayWidth(fitted));
  return align === 'left' ? fitted + padding : padding + fitted;
}

/** At most `width` cells; cut text ends in `…`. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const segment of graphemes(text)) {
    const next = used + graphemeWidth(segment);
    if (next > width - 1) break;
    kept += segment;
    used = next;
  }
  return width > 0 ? `${kept}…` : '';
}

function graphemeWidth(segment: string): number {
  const known = widths.get(segment);
  if (known !== undefined) return known;
  const width = stringWidth(segment);
  widths.set(segment, width);
  return width;
}
