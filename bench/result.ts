/** One figure of the benchmark, next to a reference measured in the same run. */
export interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The best of the runs whose median is `value`; null where there was one run. */
  readonly best: number | null;
  /** The same figure of the peer or floor; null where there is none. */
  readonly reference: number | null;
  /** value / reference. */
  readonly ratio: number | null;
  /** The most that is acceptable, in `unit`; null where none is set. */
  readonly goal: number | null;
  /** Whether value is within goal; null without a goal. */
  readonly holds: boolean | null;
}

/** Makes a result; `atLeast` goals (rates) hold from above. */
export function result(
  name: string,
  value: number,
  unit: string,
  options: { best?: number; reference?: number | null; goal?: number; atLeast?: boolean } = {},
): Result {
  const reference = options.reference ?? null;
  const goal = options.goal ?? null;
  const within = goal === null ? null : options.atLeast === true ? value >= goal : value <= goal;
  return {
    name,
    value: round(value),
    unit,
    best: options.best === undefined ? null : round(options.best),
    reference: reference === null ? null : round(reference),
    ratio: reference === null || reference === 0 ? null : round(value / reference),
    goal: goal === null ? null : round(goal),
    holds: within,
  };
}

/** The value below which the given share (0-1) of the samples lies. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Prints results as an aligned table. */
export function formatResults(results: readonly Result[]): string {
  const rows = [
    ['', 'value', 'unit', 'best', 'reference', 'ratio', 'goal', 'holds'],
    ...results.map((one) => [
      one.name,
      String(one.value),
      one.unit,
      one.best === null ? '' : String(one.best),
      one.reference === null ? '' : String(one.reference),
      one.ratio === null ? '' : `${one.ratio}x`,
      one.goal === null ? '' : String(one.goal),
      one.holds === null ? '' : String(one.holds),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 || column === 2 ? cell.padEnd(width) : cell.padStart(width);
}

function round(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}
