/** How far a wave goes: so many routers, or up to so many percent of all. */
export type WaveSize =
  { readonly kind: 'count'; readonly count: number } | { readonly kind: 'percent'; readonly upTo: number };

const MOST_WAVES = 20;

/** Reads `1,10%,50%,100%`: a number is the size of a wave, a percentage how far the plan has come by its end. Null if it is no such list. */
export function parseWaves(text: string): readonly WaveSize[] | null {
  const parts = text.split(',').map((part) => /^\s*(?<number>\d{1,4})(?<percent>%?)\s*$/u.exec(part)?.groups);
  if (parts.length > MOST_WAVES) return null;
  const sizes: WaveSize[] = [];
  for (const part of parts) {
    const number = Number(part?.['number'] ?? 0);
    if (part === undefined || number === 0) return null;
    const percent = part['percent'] === '%';
    if (percent && number > 100) return null;
    sizes.push(percent ? { kind: 'percent', upTo: number } : { kind: 'count', count: number });
  }
  return sizes;
}

/**
 * The wave of each of so many routers, in their order, from 1; null if the waves leave some out. A wave that would have no router is left
 * out, so that there may be fewer waves than sizes.
 */
export function assignWaves(total: number, sizes: readonly WaveSize[]): readonly number[] | null {
  const waves: number[] = [];
  let wave = 0;
  for (const size of sizes) {
    const end = size.kind === 'count' ? waves.length + size.count : Math.ceil((total * size.upTo) / 100);
    const count = Math.min(end, total) - waves.length;
    if (count <= 0) continue;
    wave += 1;
    for (let index = 0; index < count; index += 1) waves.push(wave);
  }
  return waves.length === total ? waves : null;
}
