import type { Series } from '../model/telemetry.ts';
import type { TimeWindow } from './store.ts';

/** A window cut into equal steps that begin at its start; the last one may reach past its end. */
export interface Steps {
  readonly start: number;
  readonly stepMs: number;
  readonly count: number;
}

/**
 * Cuts a window into at most `wanted` steps of whole milliseconds. Throws RangeError for an empty window or for no steps: both
 * are defects of the caller.
 */
export function cutIntoSteps(window: TimeWindow, wanted: number): Steps {
  const length = window.end - window.start;
  if (!Number.isSafeInteger(window.start) || !Number.isSafeInteger(length) || length <= 0) {
    throw new RangeError(
      `A window must be whole milliseconds and end after its start: ${window.start} to ${window.end}.`,
    );
  }
  if (!Number.isSafeInteger(wanted) || wanted <= 0)
    throw new RangeError(`A series needs at least one step, not ${wanted}.`);
  const stepMs = Math.ceil(length / wanted);
  return { start: window.start, stepMs, count: Math.ceil(length / stepMs) };
}

/** Adds up samples by router and step, and turns them into series of means or sums. */
export class SeriesCollector {
  readonly #steps: Steps;
  readonly #sums = new Map<string, (number | null)[]>();
  readonly #counts = new Map<string, number[]>();

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  /** Adds the sum of `count` samples that fell into the step that contains `time`; outside the window it is an error of the store. */
  add(routerId: string, time: number, sum: number, count: number): void {
    this.addAtStep(routerId, Math.floor((time - this.#steps.start) / this.#steps.stepMs), sum, count);
  }

  addAtStep(routerId: string, step: number, sum: number, count: number): void {
    if (!(step >= 0 && step < this.#steps.count)) throw new RangeError(`Step ${step} of ${this.#steps.count}.`);
    const sums = this.#rowOf(this.#sums, routerId, null);
    const counts = this.#rowOf(this.#counts, routerId, 0);
    sums[step] = (sums[step] ?? 0) + sum;
    counts[step] = (counts[step] ?? 0) + count;
  }

  /** Null where no sample fell into a step. */
  series(of: 'means' | 'sums'): Map<string, Series> {
    const { start, stepMs } = this.#steps;
    const result = new Map<string, Series>();
    for (const [routerId, sums] of this.#sums) {
      const counts = this.#counts.get(routerId) ?? [];
      const values = of === 'sums' ? sums : sums.map((sum, step) => (sum === null ? null : sum / (counts[step] ?? 1)));
      result.set(routerId, { start, stepMs, values });
    }
    return result;
  }

  #rowOf<T>(rows: Map<string, T[]>, routerId: string, empty: T): T[] {
    let row = rows.get(routerId);
    if (row === undefined) {
      row = Array.from({ length: this.#steps.count }, () => empty);
      rows.set(routerId, row);
    }
    return row;
  }
}
