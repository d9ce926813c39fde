import { cleanLine } from '../model/text.ts';

/** Lines of a table for people: the first row is the heading, columns are as wide as their widest cell. Cells are cleaned. */
export function textTable(rows: readonly (readonly string[])[]): readonly string[] {
  const clean = rows.map((row) => row.map(cleanLine));
  const width = (column: number): number => Math.max(...clean.map((row) => row[column]?.length ?? 0));
  return clean.map((row) =>
    row
      .map((cell, column) => cell.padEnd(width(column)))
      .join('  ')
      .trimEnd(),
  );
}
