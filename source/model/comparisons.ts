/** How what a device says after an upgrade compares with what it said before, with both in words. */
export interface Comparison {
  /** `unknown`: it said so before, and does not now. */
  readonly result: 'pass' | 'fail' | 'unknown';
  readonly expected: string;
  readonly actual: string;
}

/** How far a figure may go down and up. `more` left out: as far as it likes. Percents are of the figure from before. */
export interface Tolerance {
  readonly less: number;
  readonly more?: number;
}

const SHOWN = 5;
const NOT_SAID = 'not said';

/** No difference. */
export function same(before: string | number | null, after: string | number | null): Comparison {
  if (before === null) return notCompared(after);
  if (after === null) return { result: 'unknown', expected: `${before}, as before`, actual: NOT_SAID };
  return { result: before === after ? 'pass' : 'fail', expected: `${before}, as before`, actual: `${after}` };
}

/** A figure that differs by so much at most. */
export function deltaAbsolute(before: number | null, after: number | null, { less, more }: Tolerance): Comparison {
  if (before === null) return notCompared(after);
  return within(before, after, before - less, more === undefined ? null : before + more);
}

/** A figure that differs by so many percent at most. Bounds are whole numbers, rounded so that they leave more room. */
export function deltaPercent(before: number | null, after: number | null, { less, more }: Tolerance): Comparison {
  if (before === null) return notCompared(after);
  const least = Math.floor((before * (100 - less)) / 100);
  return within(before, after, least, more === undefined ? null : Math.ceil((before * (100 + more)) / 100));
}

/** Everything from before is there; more may be. */
export function listNotLess(before: readonly string[], after: readonly string[]): Comparison {
  const missing = without(before, after);
  const actual = missing.length === 0 ? `${after.length}` : `missing: ${firstOf(missing, String)}`;
  return { result: missing.length === 0 ? 'pass' : 'fail', expected: `the ${before.length} from before`, actual };
}

/** Nothing is there that was not before; less may be. */
export function listNotMore(before: readonly string[], after: readonly string[]): Comparison {
  const added = without(after, before);
  const actual = added.length === 0 ? `${after.length}` : `new: ${firstOf(added, String)}`;
  const expected = `none but the ${before.length} from before`;
  return { result: added.length === 0 ? 'pass' : 'fail', expected, actual };
}

/** The first few, in one line. */
export function firstOf<T>(all: readonly T[], name: (one: T) => string): string {
  const more = all.length > SHOWN ? ` and ${all.length - SHOWN} more` : '';
  return all.slice(0, SHOWN).map(name).join(', ') + more;
}

function within(before: number, after: number | null, least: number, most: number | null): Comparison {
  const expected = most === null ? `at least ${least} of ${before}` : `${least} to ${most}, from ${before}`;
  if (after === null) return { result: 'unknown', expected, actual: NOT_SAID };
  const passes = after >= least && (most === null || after <= most);
  return { result: passes ? 'pass' : 'fail', expected, actual: `${after}` };
}

function without(names: readonly string[], others: readonly string[]): readonly string[] {
  const there = new Set(others);
  return names.filter((name) => !there.has(name));
}

function notCompared(after: string | number | null): Comparison {
  return { result: 'pass', expected: 'not compared', actual: after === null ? NOT_SAID : `${after}` };
}
