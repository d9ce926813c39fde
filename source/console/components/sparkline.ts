const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/** Stands where nothing was measured: no data is not zero. */
const NO_SAMPLE = '░';

export interface SparklineOptions {
  /** Cells. More values than cells are averaged, fewer leave the left side empty. */
  readonly width: number;
  /** What the lowest and the highest bar stand for. */
  readonly min: number;
  readonly max: number;
}

/** A row of bars, oldest first. */
export function sparkline(values: readonly (number | null)[], { width, min, max }: SparklineOptions): string {
  const range = max - min || 1;
  const bars = resample(values, width).map((value) => {
    if (value === null) return NO_SAMPLE;
    const step = Math.round(((value - min) / range) * (BARS.length - 1));
    return BARS[Math.max(0, Math.min(BARS.length - 1, step))] ?? NO_SAMPLE;
  });
  return bars.join('').padStart(width);
}

/** At most `width` values: means of neighbours where there are more. A group without any value is null. */
function resample(values: readonly (number | null)[], width: number): readonly (number | null)[] {
  if (values.length <= width) return values;
  return Array.from({ length: width }, (_, index) => {
    const start = Math.floor((index * values.length) / width);
    const end = Math.floor(((index + 1) * values.length) / width);
    const known = values.slice(start, end).filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}

/** Exactly `width` values: means of neighbours where there are more, each value several times where there are fewer. */
export function stretch(values: readonly (number | null)[], width: number): readonly (number | null)[] {
  if (values.length >= width) return resample(values, width);
  return Array.from({ length: width }, (_, column) => values[Math.floor((column * values.length) / width)] ?? null);
}
