import { cleanLine } from '../../model/text.ts';
import type { TimeWindow } from '../store.ts';
import type { CopyJob } from './copy.ts';
import { countDistinct, countSeries } from './questions.ts';
import { MEASUREMENTS } from '../../model/measurements/definitions.ts';
import { migrated, OLD_MEMORY, type Series, seriesKey } from './series.ts';

/** A series of which the target has not the right number of points. */
export interface Difference {
  readonly series: Series;
  readonly expected: number;
  readonly found: number;
}

/** By key of a series: how many points the target should have. */
export type ExpectedCounts = ReadonlyMap<string, { readonly series: Series; readonly points: number }>;

/**
 * Compares the target, series by series, with what the source had before it was copied: it may not have less. Unless it is null, `most` counts
 * the source afterwards, and the target may not have more. Where nobody writes, both are the same, and the target has to be, too.
 */
export async function differences(
  job: CopyJob,
  window: TimeWindow,
  least: ExpectedCounts,
  most: (() => Promise<ExpectedCounts>) | null,
): Promise<readonly Difference[]> {
  const present = await countSeries(job.admin, job.target.id, window, job.memoryOnly ? 'memory' : null);
  const found = new Map(present.map((one) => [seriesKey(one), one]));
  const wrong: Difference[] = [];
  for (const [key, { series, points }] of least) {
    const count = found.get(key)?.points ?? 0;
    if (count < points) wrong.push({ series, expected: points, found: count });
  }
  if (most === null) return wrong;
  const limits = await most();
  for (const [key, { points, ...series }] of found) {
    const limit = limits.get(key)?.points ?? 0;
    if (points > limit) wrong.push({ series, expected: limit, found: points });
  }
  return wrong;
}

/** A difference in words. */
export function differenceText({ series: { measurement, field, tags }, expected, found }: Difference): string {
  const named = [...tags].map(([name, value]) => `${name}=${value}`).join(' ');
  return cleanLine(`${measurement}.${field} of ${named}: ${found} points, not ${expected}`);
}

/** Counts what the source has, as it is after the migration. */
export async function expectedCounts(job: CopyJob, window: TimeWindow): Promise<ExpectedCounts> {
  const { admin, source, target, inventory, memoryOnly } = job;
  const expected = new Map<string, { readonly series: Series; readonly points: number }>();
  let isMerged = false;
  for (const one of await countSeries(admin, source.id, window, memoryOnly ? OLD_MEMORY : null)) {
    const series = migrated(one, inventory.organizationOf);
    const key = seriesKey(series);
    const before = expected.get(key);
    isMerged ||= before !== undefined;
    expected.set(key, { series, points: one.points + (before?.points ?? 0) });
  }
  if (!isMerged && !memoryOnly) return expected;
  const values = { start: new Date(window.start), stop: new Date(window.end), inventory: inventory.text };
  const distinct = await countDistinct(
    admin,
    { ...values, source: source.id, also: memoryOnly ? target.id : source.id },
    memoryOnly ? [OLD_MEMORY] : [OLD_MEMORY, ...Object.keys(MEASUREMENTS)],
  );
  for (const [key, { series, points }] of expected) expected.set(key, { series, points: distinct.get(key) ?? points });
  return expected;
}
