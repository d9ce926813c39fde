/** Rows of the two charts: a third of the screen, but never so few that the axis has no room. */
export function chartHeight(rows: number): number {
  return Math.max(6, Math.min(14, Math.floor(rows / 3)));
}
