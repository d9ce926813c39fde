import type { History, InterfaceReading } from '../../../model/telemetry.ts';

/** What a figure was like in one of the two spans; null where nothing was measured. */
export interface Measured {
  /** For a sparkline, oldest first. */
  readonly values: readonly (number | null)[];
  readonly figure: number | null;
}

/** One line of the comparison. */
export interface Compared {
  readonly name: string;
  readonly unit: 'percent' | 'rate' | 'count';
  readonly before: Measured;
  readonly after: Measured;
  /** Which direction is worse; null: neither. */
  readonly worse: 'higher' | 'lower' | null;
}

const NOTHING: Measured = { values: [], figure: null };

type How = 'mean' | 'greatest' | 'least' | 'total';

/** One figure of a history; the span must be the history's own, or nothing is known: what is kept by the day says nothing about an hour. */
export function measured(
  history: History | null,
  how: How,
  span: { readonly start: number; readonly end: number },
): Measured {
  if (history === null || !isOwn(history, span)) return NOTHING;
  const { steps } = history;
  const values = steps.map((step) => (how === 'total' ? step.sum : step.mean));
  const known = (of: (step: History['steps'][number]) => number | null): number[] =>
    steps.flatMap((step) => of(step) ?? []);
  const sum = (all: readonly number[]): number => all.reduce((total, value) => total + value, 0);
  const figures = {
    mean: known(({ mean }) => mean),
    greatest: known(({ max }) => max),
    least: known(({ min }) => min),
    total: known((step) => step.sum),
  }[how];
  if (figures.length === 0) return { values, figure: null };
  if (how === 'greatest') return { values, figure: Math.max(...figures) };
  if (how === 'least') return { values, figure: Math.min(...figures) };
  return { values, figure: how === 'total' ? sum(figures) : sum(figures) / figures.length };
}

const HOUR_MS = 3_600_000;

/** Steps are rounded outwards where single readings are gone: by less than an hour it is still about the same time. */
function isOwn({ steps, end }: History, span: { readonly start: number; readonly end: number }): boolean {
  const start = steps[0]?.start ?? 0;
  return span.start - start < HOUR_MS && end - span.end < HOUR_MS;
}

export function errorsOf(reading: InterfaceReading | undefined): Measured {
  return { values: [], figure: reading?.errors ?? null };
}

/** What became of a figure, as a sentence's end: `+3.2`, `−12%`, `same`; and whether that is a reason to look. */
export function difference({ before, after, unit, worse }: Compared): {
  readonly text: string;
  readonly tone: 'muted' | 'warn' | 'good' | 'bad';
} {
  if (before.figure === null || after.figure === null) return { text: '?', tone: 'muted' };
  const change = after.figure - before.figure;
  const sign = change > 0 ? '+' : '−';
  const size = Math.abs(change);
  if (unit === 'rate') {
    if (before.figure > 0 && after.figure === 0) return { text: 'silent', tone: 'bad' };
    const share = before.figure === 0 ? null : Math.round((size / before.figure) * 100);
    if (share === 0 || size === 0) return { text: 'same', tone: 'muted' };
    return {
      text: share === null ? 'new' : `${sign}${share}%`,
      tone: change < 0 && (share ?? 0) > 50 ? 'warn' : 'muted',
    };
  }
  const shown = unit === 'percent' ? size.toFixed(1) : String(Math.round(size));
  if (Number(shown) === 0) return { text: 'same', tone: 'muted' };
  const matters = worse !== null && (unit === 'count' || size >= 5);
  if (!matters) return { text: `${sign}${shown}`, tone: 'muted' };
  const isWorse = (worse === 'higher') === change > 0;
  return { text: `${sign}${shown} ${isWorse ? 'worse' : 'better'}`, tone: isWorse ? 'warn' : 'good' };
}
