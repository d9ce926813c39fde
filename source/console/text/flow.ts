import { type Part, widthOf } from './parts.ts';

/** Puts facts side by side, `gap` between two, and into as many lines of at most `width` cells as they need. */
export function flowParts(
  facts: readonly (readonly Part[])[],
  width: number,
  gap = '   ',
): readonly (readonly Part[])[] {
  const lines: (readonly Part[])[] = [];
  for (const fact of facts) {
    const line = lines.at(-1);
    const joined = line === undefined ? fact : [...line, gap, ...fact];
    if (line === undefined || widthOf(joined) > width) lines.push(fact);
    else lines[lines.length - 1] = joined;
  }
  return lines;
}
