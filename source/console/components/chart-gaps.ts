/** Gaps in a line that asciichart drew. It cannot draw them itself, nor the last value. */

/** The line is carried through gaps and on by one value, for {@link rubOut} to take away again. */
export function carried(values: readonly (number | null)[], empty: number): readonly number[] {
  let last = values.find((value) => value !== null) ?? empty;
  return [...values, null].map((value) => {
    last = value ?? last;
    return last;
  });
}

/** Column n joins value n with value n + 1; a lone value keeps a column of its own. */
export function rubOut(line: string, values: readonly (number | null)[]): string {
  const known = (index: number): boolean => (values[index] ?? null) !== null;
  return Array.from(line, (cell, index) => {
    return known(index) && (known(index + 1) || !known(index - 1) || index === values.length - 1) ? cell : ' ';
  }).join('');
}
