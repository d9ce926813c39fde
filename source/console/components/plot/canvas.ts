import type { Part } from '../../text/parts.ts';
import type { Tone } from '../../theme/tones.ts';

interface Cell {
  readonly glyph: string;
  readonly tone: Tone;
}

const BLANK: Cell = { glyph: ' ', tone: 'text' };

/** Cells to draw in; what is drawn later lies above. Whatever is outside is left out. */
export class Canvas {
  readonly #rows: Cell[][];

  constructor(width: number, height: number) {
    this.#rows = Array.from({ length: height }, () => Array.from({ length: width }, () => BLANK));
  }

  /** One cell wide glyphs only; blanks let shine through what is there. */
  draw(column: number, row: number, text: string, tone: Tone): void {
    const cells = this.#rows[row];
    if (cells === undefined) return;
    Array.from(text).forEach((glyph, index) => {
      if (glyph !== ' ' && cells[column + index] !== undefined) cells[column + index] = { glyph, tone };
    });
  }

  /** As {@link draw}, but blanks cover what is there. */
  write(column: number, row: number, text: string, tone: Tone): void {
    const cells = this.#rows[row];
    Array.from(text).forEach((glyph, index) => {
      if (cells?.[column + index] !== undefined) cells[column + index] = { glyph, tone };
    });
  }

  /** A row, its cells of one tone put together. */
  parts(row: number): readonly Part[] {
    const runs: { text: string; tone: Tone }[] = [];
    for (const { glyph, tone } of this.#rows[row] ?? []) {
      const last = runs.at(-1);
      if (last !== undefined && (last.tone === tone || glyph === ' ')) last.text += glyph;
      else runs.push({ text: glyph, tone });
    }
    return runs;
  }
}
