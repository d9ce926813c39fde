/** Lines of a table, each cell padded to its column's width; the last one is not. */
export function columns(widths: readonly number[], rows: readonly (readonly (string | number)[])[]): string {
  return rows
    .map((cells) =>
      cells
        .map((cell, at) => String(cell).padEnd(widths[at] ?? 0))
        .join('')
        .trimEnd(),
    )
    .join('\n');
}
