import { stretch } from '../sparkline.ts';

/** Cells that are made of smaller dots. */
interface Dots {
  readonly across: number;
  readonly down: number;
  /** What each dot counts, row by row. */
  readonly bits: readonly number[];
  readonly glyph: (bits: number) => string;
}

/** A line in dots: shares of the height, 0 to 1, joined upwards and downwards, but not over gaps. */
export function dotStrokes(
  shares: readonly (number | null)[],
  { width, height }: { readonly width: number; readonly height: number },
  { across, down, bits, glyph }: Dots,
): readonly string[] {
  const cells = Array.from({ length: height }, () => Array.from({ length: width }, () => 0));
  const lowest = height * down - 1;
  const levels = stretch(shares, width * across).map((share) =>
    share === null ? null : Math.round((1 - share) * lowest),
  );
  levels.forEach((level, x) => {
    if (level === null) return;
    const before = levels[x - 1] ?? level;
    // On from where the line before left off, so that steep lines have no holes.
    const [from, to] = before < level ? [before + 1, level] : [level, Math.max(level, before - 1)];
    for (let y = from; y <= to; y += 1) {
      const row = cells[Math.floor(y / down)];
      const at = Math.floor(x / across);
      if (row !== undefined) row[at] = (row[at] ?? 0) | (bits[(y % down) * across + (x % across)] ?? 0);
    }
  });
  return cells.map((row) => row.map((cell) => (cell === 0 ? ' ' : glyph(cell))).join(''));
}
