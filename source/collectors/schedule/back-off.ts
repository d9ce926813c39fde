export interface BackOff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** How long a router is left alone after so many polls in a row that failed: twice as long each time, a fifth more or less. */
export function backOffMs({ firstMs, longestMs }: BackOff, failures: number, random: () => number): number {
  const plain = Math.min(longestMs, firstMs * 2 ** Math.min(30, failures - 1));
  return plain * (0.8 + 0.4 * random());
}
