/** The least and the greatest value of a step. */
export type Extremes = readonly [least: number, greatest: number];

/** Behind the line, from the least to the greatest value. */
export const BAND = '░';

/** For each of `width` columns the extremes of the steps that fall into it; null where nothing was measured. */
export function stretchExtremes(extremes: readonly (Extremes | null)[], width: number): readonly (Extremes | null)[] {
  const count = extremes.length;
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * count) / width);
    const to = Math.max(from + 1, Math.floor(((column + 1) * count) / width));
    const known = extremes.slice(from, to).filter((one) => one !== null);
    if (known.length === 0) return null;
    return [Math.min(...known.map(([least]) => least)), Math.max(...known.map(([, greatest]) => greatest))];
  });
}

/** Fills the blanks of a chart's row that lie between the extremes of their column. Rows are counted from the top. */
export function withBand(
  line: string,
  row: number,
  columns: readonly (Extremes | null)[],
  rowOf: (value: number) => number,
): string {
  return Array.from(line, (cell, column) => {
    const extremes = columns[column] ?? null;
    if (cell !== ' ' || extremes === null || extremes[0] === extremes[1]) return cell;
    return rowOf(extremes[1]) <= row && row <= rowOf(extremes[0]) ? BAND : cell;
  }).join('');
}
