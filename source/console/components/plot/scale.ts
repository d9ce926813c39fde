/** The ends of a plot's axis, and what stands beside it. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  label(value: number): string;
  /** What a value is multiplied with to be said: labels are round afterwards. Default: 1. */
  readonly factor?: number;
}

/** Round values along the axis, no closer than every second row. */
export function ticks(min: number, max: number, height: number): readonly number[] {
  const rough = (max - min) / Math.max(1, Math.floor(height / 2));
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5].find((nice) => nice * power >= rough) ?? 10) * power;
  const count = Math.floor((max - min) / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((min + index * step).toPrecision(6)));
}

/** The next number of the kind 1, 2, 2.5 or 5 with noughts that is not less. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5, 10].find((nice) => nice * power >= value * (1 - 1e-9)) ?? 10) * power;
}
