import type { History, HistoryStep } from '../model/telemetry.ts';

/** Samples of a span of time, added up. A mean is sum / count, whatever they are put together with. */
export interface Rollup {
  readonly sum: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

/** By the start of their span, milliseconds since the epoch. */
export type Rollups = ReadonlyMap<number, Rollup>;

const NOTHING: Rollup = { sum: 0, count: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };

/** Collects sums, counts and extremes, which may come one by one and, as of a router that moved, several times for a span. */
export class RollupCollector {
  readonly #byStart = new Map<number, Rollup>();

  add(start: number, part: Partial<Rollup>): void {
    this.#byStart.set(start, plus(this.#byStart.get(start) ?? NOTHING, { ...NOTHING, ...part }));
  }

  /** Spans without samples are absent. */
  rollups(): Rollups {
    return new Map([...this.#byStart].filter(([, { count }]) => count > 0));
  }
}

/**
 * Two accounts of the same time: of each span the one that knows of more samples. So single readings fill in what no task has put
 * together yet, or what came late, and sums stay where the readings have expired, be it in part.
 */
export function fuller(one: Rollups, other: Rollups): Rollups {
  const result = new Map(one);
  for (const [start, rollup] of other) {
    if (rollup.count > (result.get(start)?.count ?? 0)) result.set(start, rollup);
  }
  return result;
}

/** Puts spans together into longer ones; `startOf` names the longer one that a start is in. */
export function regroup(rollups: Rollups, startOf: (start: number) => number): Rollups {
  const collector = new RollupCollector();
  for (const [start, rollup] of rollups) collector.add(startOf(start), rollup);
  return collector.rollups();
}

/** Spans as the steps between `edges`; what lies outside of them is left out. A span belongs to the step that it begins in. */
export function historyOf(edges: readonly number[], rollups: Rollups): Pick<History, 'steps' | 'end'> {
  const starts = edges.slice(0, -1);
  const end = edges.at(-1) ?? 0;
  const inSteps = new Map<number, Rollup>();
  for (const [start, rollup] of rollups) {
    const step = start >= end ? undefined : starts.findLast((edge) => edge <= start);
    if (step !== undefined) inSteps.set(step, plus(inSteps.get(step) ?? NOTHING, rollup));
  }
  return { end, steps: starts.map((start) => stepOf(start, inSteps.get(start))) };
}

function stepOf(start: number, rollup: Rollup | undefined): HistoryStep {
  if (rollup === undefined) return { start, mean: null, min: null, max: null, sum: null };
  return { start, mean: rollup.sum / rollup.count, min: rollup.min, max: rollup.max, sum: rollup.sum };
}

function plus(one: Rollup, other: Rollup): Rollup {
  return {
    sum: one.sum + other.sum,
    count: one.count + other.count,
    min: Math.min(one.min, other.min),
    max: Math.max(one.max, other.max),
  };
}
