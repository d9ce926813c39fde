import { plot } from 'asciichart';
import { carried, rubOut } from '../chart-gaps.ts';
import { stretch } from '../sparkline.ts';
import { dotStrokes } from './dot-strokes.ts';
import type { GlyphSet } from './glyph-sets.ts';

export interface StrokeOptions {
  /** Cells. */
  readonly width: number;
  readonly height: number;
  readonly min: number;
  readonly max: number;
  readonly set: GlyphSet;
}

const BRAILLE = { across: 2, down: 4, glyph: (bits: number): string => String.fromCodePoint(0x2800 + bits) };
/** Where the dots of a cell are in the code of its braille pattern, row by row. */
const BRAILLE_BITS = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];
const QUARTERS = ' ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█';
const BLOCK = { across: 2, down: 2, glyph: (bits: number): string => QUARTERS[bits] ?? ' ' };
const TYPED = { across: 1, down: 1, glyph: (bits: number): string => (bits === 0 ? ' ' : '*') };

/** The line of a series, row by row from the top, `width` cells each; blank where there is none. Values beyond the scale are at its edge. */
export function strokes(values: readonly (number | null)[], options: StrokeOptions): readonly string[] {
  const { min, max, set } = options;
  const shares = values.map((value) =>
    value === null ? null : Math.max(0, Math.min(1, (value - min) / (max - min || 1))),
  );
  if (set === 'line') return lineStrokes(shares, options);
  if (set === 'braille') return dotStrokes(shares, options, { ...BRAILLE, bits: BRAILLE_BITS });
  if (set === 'block') return dotStrokes(shares, options, { ...BLOCK, bits: [1, 2, 4, 8] });
  return dotStrokes(shares, options, { ...TYPED, bits: [1] });
}

function lineStrokes(shares: readonly (number | null)[], { width, height }: StrokeOptions): readonly string[] {
  const columns = stretch(shares, width);
  const top = Math.max(1, height - 1);
  const drawn = plot(
    carried(columns, 0).map((share) => share * top),
    { min: 0, max: top, height: top, offset: 1, format: () => '' },
  ).split('\n');
  // The first cell is asciichart's axis.
  return drawn.slice(0, height).map((line) =>
    rubOut(
      Array.from(line)
        .slice(1, 1 + width)
        .join(''),
      columns,
    ),
  );
}
