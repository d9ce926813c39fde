/** Less than this share of the values' own size, and less than these units, is no change. */
const STEADY_SHARE = 0.1;
const STEADY_UNITS = 3;

/** Where a series goes, oldest value first: its last quarter against what came before; null if too little is known. */
export function trendOf(values: readonly (number | null)[]): 'rising' | 'falling' | 'steady' | null {
  const known = values.filter((value) => value !== null);
  const cut = Math.floor(known.length * 0.75);
  if (cut < 2 || known.length - cut < 1) return null;
  const [before, lately] = [mean(known.slice(0, cut)), mean(known.slice(cut))];
  const change = lately - before;
  if (Math.abs(change) < Math.max(STEADY_UNITS, Math.abs(before) * STEADY_SHARE)) return 'steady';
  return change > 0 ? 'rising' : 'falling';
}

/** `last 46%, least 40%, greatest 52%, steady`, in the way that the figure is written. */
export function spokenSeries(values: readonly (number | null)[], format: (value: number) => string): string {
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  if (last === undefined) return 'no data';
  const facts = [
    `last ${format(last)}`,
    `least ${format(Math.min(...known))}`,
    `greatest ${format(Math.max(...known))}`,
    trendOf(values),
    values.at(-1) === null ? 'nothing lately' : null,
  ];
  return facts.filter((fact) => fact !== null).join(', ');
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
