/** What a process had at one time. */
export interface Sample {
  /** Hours since the beginning. */
  readonly hours: number;
  readonly residentMb: number;
  /** Open files, sockets and pipes. */
  readonly handles: number;
}

/** How a process grew, after the first third of its samples, in which it fills its caches. */
export interface Growth {
  /** By least squares. */
  readonly mbPerHour: number;
  /** Medians of the second and the last third. */
  readonly middleMb: number;
  readonly lastMb: number;
  /** Medians of the handles in each: while a database is away there are fewer. */
  readonly middleHandles: number;
  readonly lastHandles: number;
  /** Whether neither memory nor handles went up by more than measuring them varies. */
  readonly flat: boolean;
}

/** What memory may vary by, and handles. */
const MB_SHARE = 1.1;
const MB_MORE = 10;
const HANDLES_MORE = 5;

export function growthOf(samples: readonly Sample[]): Growth {
  const third = Math.floor(samples.length / 3);
  const settled = samples.slice(third);
  const [middle, last] = [samples.slice(third, 2 * third), samples.slice(2 * third)];
  const [middleMb, lastMb] = [median(middle, 'residentMb'), median(last, 'residentMb')];
  const [middleHandles, lastHandles] = [median(middle, 'handles'), median(last, 'handles')];
  const flat = lastMb <= middleMb * MB_SHARE + MB_MORE && lastHandles <= middleHandles + HANDLES_MORE;
  return { mbPerHour: slope(settled), middleMb, lastMb, middleHandles, lastHandles, flat };
}

function slope(samples: readonly Sample[]): number {
  const mean = (of: (one: Sample) => number): number => samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [hours, megabytes] = [mean((one) => one.hours), mean((one) => one.residentMb)];
  const above = samples.reduce((sum, one) => sum + (one.hours - hours) * (one.residentMb - megabytes), 0);
  const below = samples.reduce((sum, one) => sum + (one.hours - hours) ** 2, 0);
  return above / below;
}

function median(samples: readonly Sample[], of: 'residentMb' | 'handles'): number {
  const sorted = samples.map((one) => one[of]).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
