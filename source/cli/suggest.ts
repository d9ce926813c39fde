import { closest, distance } from 'fastest-levenshtein';

/** ` Did you mean "demo"?` if one of the candidates is close enough to be what was meant, else nothing. */
export function suggestion(written: string, candidates: readonly string[]): string {
  if (candidates.length === 0) return '';
  const nearest = closest(written, candidates);
  const tolerated = Math.max(1, Math.floor(nearest.replace(/^-+/u, '').length / 3));
  return distance(written, nearest) <= tolerated ? ` Did you mean "${nearest}"?` : '';
}
