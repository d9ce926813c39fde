import { quantile } from './result.ts';

export interface Sample {
  readonly min: number;
  readonly median: number;
}

/**
 * Calls every subject once unmeasured, then all of them in turn, `runs` times: what else the machine does meanwhile then falls on
 * all alike. A subject returns its own figure, or nothing: then the milliseconds that it took count.
 */
export async function interleave<Name extends string>(
  runs: number,
  subjects: Readonly<Record<Name, () => Promise<number | void>>>,
): Promise<Readonly<Record<Name, Sample>>>;
export async function interleave(
  runs: number,
  subjects: Readonly<Record<string, () => Promise<number | void>>>,
): Promise<Readonly<Record<string, Sample>>> {
  const figures = new Map<string, number[]>(Object.keys(subjects).map((name) => [name, []]));
  for (let run = -1; run < runs; run += 1) {
    for (const [name, subject] of Object.entries(subjects)) {
      const start = performance.now();
      const figure = (await subject()) ?? performance.now() - start;
      if (run >= 0) figures.get(name)?.push(figure);
    }
  }
  return Object.fromEntries(
    [...figures].map(([name, samples]) => [name, { min: Math.min(...samples), median: quantile(samples, 0.5) }]),
  );
}
