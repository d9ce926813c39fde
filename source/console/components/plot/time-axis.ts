const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Distances between two labels, milliseconds: as people count time. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14_400, 43_200].map(
  (minutes) => minutes * MINUTE,
);

/** Steps of a plot, in time: the start of each, and the end of the last. */
export interface TimeSteps {
  readonly starts: readonly number[];
  readonly end: number;
}

/** Which of `width` columns a time is in; steps are of equal width, whatever their length. Null outside of the plot. */
export function columnOf({ starts, end }: TimeSteps, width: number, at: number): number | null {
  const [first] = starts;
  if (first === undefined || at < first || at > end) return null;
  const step = starts.findLastIndex((start) => start <= at);
  const [from, to] = [starts[step] ?? first, starts[step + 1] ?? end];
  const share = to > from ? (at - from) / (to - from) : 0;
  return Math.min(width - 1, Math.floor(((step + share) / starts.length) * width));
}

/** The middle column of a step. */
export function columnOfStep(count: number, width: number, step: number): number {
  return Math.min(width - 1, Math.floor(((step + 0.5) * width) / Math.max(1, count)));
}

/**
 * Times for labels: round ones by a clock that is `offsetMs` ahead of UTC, at most one every `room` columns. Where a step is a month,
 * starts of steps.
 */
export function tickTimes(
  steps: TimeSteps,
  width: number,
  { room, offsetMs }: { readonly room: number; readonly offsetMs: number },
): readonly number[] {
  const { starts, end } = steps;
  const [first, second = end] = starts;
  const most = Math.max(1, Math.floor(width / room));
  if (first === undefined) return [];
  if (second - first >= 28 * DAY) {
    const each = Math.ceil(starts.length / most);
    return starts.filter((_, index) => index % each === 0);
  }
  const every = STEPS.find((step) => (end - first) / step <= most) ?? 30 * DAY;
  const from = Math.ceil((first + offsetMs) / every) * every - offsetMs;
  return Array.from({ length: Math.max(0, Math.floor((end - from) / every) + 1) }, (_, index) => from + index * every);
}
