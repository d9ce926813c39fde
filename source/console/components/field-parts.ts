import type { TextState } from '../state/text-state.ts';
import type { Part } from '../text/parts.ts';
import { displayWidth, graphemes } from '../text/width.ts';

export interface FieldLook {
  /** Cells of the field. */
  readonly width: number;
  readonly focused: boolean;
  /** Shows a dot for each character. */
  readonly mask?: boolean;
  readonly placeholder?: string;
}

/** A line being written, with its cursor, scrolled sideways so that the cursor is in sight. */
export function fieldParts(
  { value, cursor }: TextState,
  { width, focused, mask, placeholder }: FieldLook,
): readonly Part[] {
  if (value === '' && !focused) return [{ tone: 'muted', text: placeholder ?? '' }];
  if (value === '' && placeholder !== undefined)
    return [
      { tone: 'cursor', text: ' ' },
      { tone: 'muted', text: placeholder },
    ];
  const cells = graphemes(value).map((grapheme) => (mask === true ? '•' : grapheme));
  let start = 0;
  while (displayWidth(cells.slice(start, cursor + 1).join('')) + (cursor >= cells.length ? 1 : 0) > width) start += 1;
  if (!focused) return [cells.slice(start).join('')];
  return [
    cells.slice(start, cursor).join(''),
    { tone: 'cursor', text: cells[cursor] ?? ' ' },
    cells.slice(cursor + 1).join(''),
  ];
}
