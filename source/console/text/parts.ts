import { cleanLine } from '../../model/text.ts';
import type { Theme } from '../theme/theme.ts';
import type { Tone } from '../theme/tones.ts';
import { displayWidth, fit, isSingleCell } from './width.ts';

/** A piece of a line in one tone. A bare string is in the tone `text`. */
export type Part = string | { readonly tone: Tone; readonly text: string };

/**
 * Paints the parts into exactly `width` cells: padded on one side, cut with `…`. Parts are cleaned of control characters on the way,
 * so device text is safe here; painted text is not a part.
 */
export function fitParts(
  theme: Theme,
  parts: readonly Part[],
  width: number,
  align: 'left' | 'right' = 'left',
): string {
  let line = '';
  let used = 0;
  for (const part of parts) {
    if (used >= width) break;
    const { tone, text } = typeof part === 'string' ? { tone: 'text' as const, text: part } : part;
    const safe = isSingleCell(text) ? text : cleanLine(text);
    const cells = displayWidth(safe);
    line += theme.paint(tone, used + cells > width ? fit(safe, width - used) : safe);
    used = Math.min(width, used + cells);
  }
  const padding = ' '.repeat(width - used);
  return align === 'left' ? line + padding : padding + line;
}

/** Two groups of parts at the two ends of a line; the left one gives way. */
export function spreadParts(theme: Theme, left: readonly Part[], right: readonly Part[], width: number): string {
  const rightWidth = Math.min(width, widthOf(right));
  return fitParts(theme, left, width - rightWidth) + fitParts(theme, right, rightWidth, 'right');
}

export function widthOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + displayWidth(cleanLine(typeof part === 'string' ? part : part.text)), 0);
}
