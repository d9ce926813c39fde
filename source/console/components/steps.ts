import type { Part } from '../text/parts.ts';

/** Where one is in a row of pages: `1 image ─ 2 gates ─ ●3 schedule`. The current one also has a dot. */
export function stepParts(titles: readonly string[], current: number): readonly Part[] {
  return titles.flatMap((title, index): readonly Part[] => {
    const between: readonly Part[] = index === 0 ? [] : [{ tone: 'border', text: ' ─ ' }];
    if (index === current) return [...between, { tone: 'key', text: `●${index + 1} ${title}` }];
    return [...between, { tone: index < current ? 'good' : 'muted', text: `${index + 1} ${title}` }];
  });
}
