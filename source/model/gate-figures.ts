/** What is printed for a figure that is missing. */
export const NO_DATA = 'no data';

/**
 * A percentage as it stands beside its limit: one decimal, or as many more as it takes to see on which side of the limit it
 * is. (80.04 against 80 is `80.04%`, not `80.0%`.)
 */
export function percentBeside(value: number | null, limit: number): string {
  if (value === null) return NO_DATA;
  for (const decimals of [1, 2, 3]) {
    const text = value.toFixed(decimals);
    if (value === limit || Number(text) !== limit) return `${text}%`;
  }
  return `${value}%`;
}

/** A limit or another given percentage: `80%`, `12.5%`. */
export function percent(value: number): string {
  return `${Number(value.toFixed(2))}%`;
}

/** A length of time in its two largest units: `45 s`, `2 min 5 s`, `2 h`, `3 h 20 min`, `2 d 4 h`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
