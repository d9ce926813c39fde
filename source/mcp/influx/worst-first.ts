import type { HealthSummary } from '../../model/health.ts';

interface Ranked {
  readonly routerId: string;
  /** The higher the worse. */
  readonly worse: number;
  readonly health: HealthSummary;
}

/** Less than every figure, and a number that JSON can write. */
const UNKNOWN = -Number.MAX_VALUE;

/** Routers from the worst on, then by id; those without the figure are last. `after` is the place of the row before. */
export function pageWorst(
  health: ReadonlyMap<string, HealthSummary>,
  figure: (health: HealthSummary) => number | null,
  after: { readonly worse: number; readonly routerId: string } | null,
  limit: number,
): { readonly rows: readonly Ranked[]; readonly more: boolean } {
  const ranked = [...health].map(([routerId, summary]) => ({
    routerId,
    worse: figure(summary) ?? UNKNOWN,
    health: summary,
  }));
  const rest = after === null ? ranked : ranked.filter((row) => compare(row, after) > 0);
  const sorted = rest.toSorted(compare);
  return { rows: sorted.slice(0, limit), more: sorted.length > limit };
}

function compare(a: Pick<Ranked, 'worse' | 'routerId'>, b: Pick<Ranked, 'worse' | 'routerId'>): number {
  if (a.worse !== b.worse) return b.worse - a.worse;
  if (a.routerId === b.routerId) return 0;
  return a.routerId < b.routerId ? -1 : 1;
}
